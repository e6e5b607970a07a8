import { Button, Drawer, Modal, NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { HostExtension } from '../../protocol.ts';
import type { PropertyDefinition } from '../crm.ts';
import { ExtensionView } from '../extension/extension-view.tsx';
import { useNotify } from '../notices.tsx';
import { usePulse } from '../pulse.tsx';
import { OBJECT_TYPE_ID, type RecordType } from '../record/read-record.ts';
import { useSession } from '../session.tsx';
import { PropertyEditor } from './property-editor.tsx';
import { editable } from './value-input.tsx';
import { writeRows } from './writes.ts';

type Props = {
  readonly type: RecordType;
  readonly ids: readonly string[];
  readonly definitions: readonly PropertyDefinition[];
  readonly clear: () => void;
};

/** What can be done with the ticked records: one property for all of them, and the app's bulk actions. */
export const SelectionBar = ({ type, ids, definitions, clear }: Props) => {
  const { config } = useSession();
  const [name, setName] = useState('');
  const [running, setRunning] = useState<HostExtension>();
  const actions = config.extensions.filter(
    ({ location, objectTypeIds }) =>
      location === 'crm.bulkActions' && objectTypeIds.includes(OBJECT_TYPE_ID[type]),
  );
  const definition = definitions.find((one) => one.name === name);
  return (
    <section className="panel selection-bar" aria-label="Selection">
      <div className="ext-button-row">
        <strong role="status">{ids.length} selected</strong>
        <NativeSelect
          size="xs"
          aria-label="Property to edit"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data={[
            { value: '', label: 'Edit a property…' },
            ...editable(definitions).map((one) => ({ value: one.name, label: one.label })),
          ]}
        />
        {actions.map((extension) => (
          <Button key={extension.uid} size="xs" onClick={() => setRunning(extension)}>
            {extension.title}
          </Button>
        ))}
        <Button size="xs" variant="default" onClick={clear}>
          Clear selection
        </Button>
      </div>
      {definition && <BulkEditor type={type} ids={ids} definition={definition} done={() => setName('')} />}
      {running && (
        <BulkAction extension={running} type={type} ids={ids} close={() => setRunning(undefined)} />
      )}
    </section>
  );
};

type BulkEditorProps = Pick<Props, 'type' | 'ids'> & {
  readonly definition: PropertyDefinition;
  readonly done: () => void;
};

const BulkEditor = ({ type, ids, definition, done }: BulkEditorProps) => {
  const notify = useNotify();
  const { touch } = usePulse();
  const save = async (value: string): Promise<void> => {
    const rows = ids.map((id) => ({ id, properties: { [definition.name]: value } }));
    const outcome = await writeRows(type, 'update', rows, 'bulk');
    notify(
      outcome.done === ids.length
        ? { type: 'success', message: `${outcome.done} records were changed.` }
        : {
            type: 'danger',
            title: `${outcome.done} of ${ids.length} records were changed`,
            message: outcome.refusals.join(' '),
          },
    );
    touch();
    done();
  };
  return (
    <PropertyEditor
      key={definition.name}
      definition={definition}
      value=""
      action={`Update ${ids.length} records`}
      save={save}
      cancel={done}
    />
  );
};

type BulkActionProps = Pick<Props, 'type' | 'ids'> & {
  readonly extension: HostExtension;
  readonly close: () => void;
};

/** The action works on what was ticked when it was opened, whatever is ticked meanwhile. */
const BulkAction = ({ extension, type, ids, close }: BulkActionProps) => {
  const [objectIds] = useState(ids);
  const selection = useMemo(() => ({ objectIds, objectTypeId: OBJECT_TYPE_ID[type] }), [objectIds, type]);
  const frame = {
    opened: true,
    onClose: close,
    title: extension.title,
    closeButtonProps: { 'aria-label': 'Close' },
  } as const;
  const view = <ExtensionView extension={extension} selection={selection} />;
  return extension.displayMode === 'MODAL' ? (
    <Modal {...frame} size="lg">
      {view}
    </Modal>
  ) : (
    <Drawer {...frame} position="right" size="md">
      {view}
    </Drawer>
  );
};
