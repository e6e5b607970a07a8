import { ActionIcon, Button, NativeSelect } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import type { PropertyDefinition } from '../crm.ts';
import { PropertyEditor } from '../editing/property-editor.tsx';
import { editable } from '../editing/value-input.tsx';
import { changeRecord } from '../editing/writes.ts';
import { usePulse } from '../pulse.tsx';
import { nameOf, useSession } from '../session.tsx';
import { readable } from './property-value.tsx';
import type { FullRecord, RecordType } from './read-record.ts';

const ABOUT = {
  contacts: [
    'email',
    'phone',
    'jobtitle',
    'company',
    'hubspot_owner_id',
    'lifecyclestage',
    'hs_lead_status',
    'hubspotscore',
    'hs_analytics_source',
    'country',
    'createdate',
  ],
  leads: [
    'hs_lead_name',
    'hs_pipeline',
    'hs_pipeline_stage',
    'hs_lead_disqualification_reason',
    'hubspot_owner_id',
    'hs_createdate',
  ],
} as const;

/** Shown also when empty: that they are empty says something. */
const TELLING = ['phone', 'hubspot_owner_id', 'lifecyclestage', 'hs_lead_status', 'hs_pipeline_stage'];

const OURS = /^mqlr_/;

/** The record's properties in three groups: what everybody knows, what the loop wrote, and the rest on request. */
export const Properties = ({ record, type }: { record: FullRecord; type: RecordType }) => {
  const editing = useEditing(type, record);
  const [everything, setEverything] = useState(false);
  const { definitions, object } = record;
  const about: readonly string[] = ABOUT[type];
  const has = ({ name }: PropertyDefinition) => Boolean(object.properties[name]);
  const ours = definitions.filter((one) => OURS.test(one.name));
  const rest = definitions.filter((one) => !about.includes(one.name) && !OURS.test(one.name) && has(one));
  return (
    <>
      <Group
        title="About"
        record={record}
        editing={editing}
        definitions={about
          .flatMap((name) => definitions.find((one) => one.name === name) ?? [])
          .filter((one) => has(one) || TELLING.includes(one.name))}
      />
      <Group
        title="MQL loop"
        record={record}
        editing={editing}
        definitions={ours.filter(has)}
        empty={
          ours.length
            ? 'The loop has written nothing here yet.'
            : 'The portal has no MQL loop properties yet. The server creates them when it starts.'
        }
      />
      {rest.length > 0 && (
        <>
          <Button
            size="compact-sm"
            variant="subtle"
            aria-expanded={everything}
            onClick={() => setEverything(!everything)}
          >
            {everything ? 'Hide the other properties' : `Show ${rest.length} more properties`}
          </Button>
          {everything && <Group title="Other" record={record} editing={editing} definitions={rest} />}
        </>
      )}
      <AnyProperty record={record} editing={editing} />
    </>
  );
};

/** Which property is under the person's hand: one at a time, so that a record has one form. */
type Editing = {
  readonly open: { readonly name: string; readonly place: string } | undefined;
  readonly start: (name: string, place: string) => void;
  readonly stop: () => void;
  readonly save: (name: string, value: string) => Promise<void>;
};

const useEditing = (type: RecordType, record: FullRecord): Editing => {
  const { touch } = usePulse();
  const [open, setOpen] = useState<Editing['open']>();
  const stop = (): void => setOpen(undefined);
  return {
    open,
    start: (name, place) => setOpen({ name, place }),
    stop,
    save: async (name, value) => {
      await changeRecord(type, record.object.id, { [name]: value }, 'record');
      stop();
      touch();
    },
  };
};

const ANYWHERE = 'any';

type PlaceProps = { readonly record: FullRecord; readonly editing: Editing };

/** Properties that are empty, and so have no line of their own, are set here. */
const AnyProperty = ({ record, editing }: PlaceProps) => {
  const { open } = editing;
  const definition =
    open?.place === ANYWHERE ? record.definitions.find(({ name }) => name === open.name) : undefined;
  return (
    <section className="panel">
      <h2>Edit by hand</h2>
      <NativeSelect
        size="xs"
        label="Property"
        value={definition?.name ?? ''}
        onChange={({ currentTarget }) =>
          currentTarget.value ? editing.start(currentTarget.value, ANYWHERE) : editing.stop()
        }
        data={[
          { value: '', label: 'Choose one' },
          ...editable(record.definitions).map(({ name, label }) => ({ value: name, label })),
        ]}
      />
      {definition && <Editor definition={definition} record={record} editing={editing} />}
    </section>
  );
};

const Editor = ({ definition, record, editing }: PlaceProps & { definition: PropertyDefinition }) => (
  <PropertyEditor
    key={definition.name}
    definition={definition}
    value={record.object.properties[definition.name] ?? ''}
    action="Save"
    save={(value) => editing.save(definition.name, value)}
    cancel={editing.stop}
  />
);

type GroupProps = PlaceProps & {
  readonly title: string;
  readonly definitions: readonly PropertyDefinition[];
  readonly empty?: string;
};

const Group = ({ title, record, editing, definitions, empty }: GroupProps) => {
  const { config } = useSession();
  const shown = (definition: PropertyDefinition): string => {
    const value = record.object.properties[definition.name];
    const owner =
      definition.name === 'hubspot_owner_id' && config.users.find(({ ownerId }) => ownerId === value);
    return owner ? nameOf(owner) : readable(definition, value, config.timeZone);
  };
  return (
    <section className="panel">
      <h2>{title}</h2>
      {definitions.length === 0 && <p className="hint">{empty}</p>}
      <dl className="ext-descriptions column">
        {definitions.map((definition) => (
          <div key={definition.name} data-property={definition.name}>
            <dt title={definition.name}>{definition.label}</dt>
            <dd>
              {editing.open?.name === definition.name && editing.open.place === title ? (
                <Editor definition={definition} record={record} editing={editing} />
              ) : (
                <span className="property-line">
                  <span>{shown(definition)}</span>
                  {definition.modificationMetadata?.readOnlyValue !== true && (
                    <ActionIcon
                      size="sm"
                      variant="subtle"
                      title={`Edit ${definition.label}`}
                      onClick={() => editing.start(definition.name, title)}
                    >
                      <IconPencil size={14} aria-hidden />
                    </ActionIcon>
                  )}
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
};
