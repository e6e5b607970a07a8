import { Button } from '@mantine/core';
import { useState } from 'react';
import type { PropertyDefinition } from '../crm.ts';
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
        definitions={about
          .flatMap((name) => definitions.find((one) => one.name === name) ?? [])
          .filter((one) => has(one) || TELLING.includes(one.name))}
      />
      <Group
        title="MQL loop"
        record={record}
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
            size="compact-xs"
            variant="subtle"
            aria-expanded={everything}
            onClick={() => setEverything(!everything)}
          >
            {everything ? 'Hide the other properties' : `Show ${rest.length} more properties`}
          </Button>
          {everything && <Group title="Other" record={record} definitions={rest} />}
        </>
      )}
    </>
  );
};

type GroupProps = {
  readonly title: string;
  readonly record: FullRecord;
  readonly definitions: readonly PropertyDefinition[];
  readonly empty?: string;
};

const Group = ({ title, record, definitions, empty }: GroupProps) => {
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
            <dd>{shown(definition)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
};
