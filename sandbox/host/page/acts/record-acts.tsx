import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { crm, type CrmObject, PageError, searchObjects, VERSION } from '../crm.ts';
import { useNotify } from '../notices.tsx';
import { usePulse } from '../pulse.tsx';
import type { RecordType } from '../record/read-record.ts';
import { go } from '../route.ts';
import { ActForm } from './act-form.tsx';
import { LogActivity, type LoggedKind } from './log-activity.tsx';

type Act = LoggedKind | 'merge' | 'delete' | 'erase';

/** The buttons of a record's head, in order; merging and erasing are HubSpot's for contacts alone here. */
const BUTTONS: readonly { readonly act: Act; readonly label: string; readonly only?: RecordType }[] = [
  { act: 'calls', label: 'Log a call' },
  { act: 'emails', label: 'Log an e-mail' },
  { act: 'meetings', label: 'Log a meeting' },
  { act: 'merge', label: 'Merge…', only: 'contacts' },
  { act: 'delete', label: 'Delete…' },
  { act: 'erase', label: 'Delete for good…', only: 'contacts' },
];

type Props = { readonly type: RecordType; readonly id: string; readonly name: string };

/** What a person can do with a whole record. */
export const RecordActs = ({ type, id, name }: Props) => {
  const [act, setAct] = useState<Act>();
  const close = (): void => setAct(undefined);
  return (
    <>
      <div className="ext-button-row" role="group" aria-label="Record">
        {BUTTONS.filter(({ only }) => only === undefined || only === type).map((button) => (
          <Button
            key={button.act}
            size="compact-sm"
            variant="default"
            aria-expanded={act === button.act}
            onClick={() => setAct(act === button.act ? undefined : button.act)}
          >
            {button.label}
          </Button>
        ))}
      </div>
      {act !== undefined && <Opened key={act} act={act} type={type} id={id} name={name} close={close} />}
    </>
  );
};

const Opened = ({ act, close, ...record }: Props & { readonly act: Act; readonly close: () => void }) => {
  switch (act) {
    case 'merge':
      return <Merge {...record} close={close} />;
    case 'delete':
    case 'erase':
      return <Delete {...record} isForGood={act === 'erase'} close={close} />;
    default:
      return <LogActivity kind={act} {...record} close={close} />;
  }
};

/** The id of the contact that is meant: an id, or its e-mail address. */
const findOther = async (text: string): Promise<string> => {
  if (!text.includes('@')) return text;
  const { results } = await searchObjects('contacts', {
    filters: [{ propertyName: 'email', operator: 'EQ', value: text }],
    properties: ['email'],
    limit: 1,
  });
  const [found] = results;
  if (!found) throw new PageError(404, `No contact has the address ${text}.`);
  return found.id;
};

const Merge = ({ id, name, close }: Props & { readonly close: () => void }) => {
  const { touch } = usePulse();
  const notify = useNotify();
  const [other, setOther] = useState('');
  const run = async (): Promise<void> => {
    const merged = await crm<CrmObject>(
      `/crm/objects/${VERSION}/contacts/merge`,
      'POST',
      { primaryObjectId: id, objectIdToMerge: await findOther(other.trim()) },
      'record',
    );
    notify({ type: 'success', message: 'Merged. HubSpot made a new record of both.' });
    touch();
    close();
    go(`/contacts/${merged.id}`);
  };
  return (
    <ActForm title="Merge with another contact" action="Merge" run={run} cancel={close}>
      <p>Where both say something, {name} wins. It cannot be undone.</p>
      <TextInput
        size="xs"
        label="Other contact"
        description="Its e-mail address, or its record id"
        value={other}
        required
        autoFocus
        onChange={({ currentTarget }) => setOther(currentTarget.value)}
      />
    </ActForm>
  );
};

type DeleteProps = Props & { readonly isForGood: boolean; readonly close: () => void };

const Delete = ({ type, id, name, isForGood, close }: DeleteProps) => {
  const { touch } = usePulse();
  const notify = useNotify();
  const run = async (): Promise<void> => {
    if (isForGood)
      await crm(`/crm/objects/${VERSION}/contacts/gdpr-delete`, 'POST', { objectId: id }, 'record');
    else await crm(`/crm/objects/${VERSION}/${type}/${id}`, 'DELETE', undefined, 'record');
    notify({ type: 'success', message: isForGood ? 'Deleted for good.' : `${name} was deleted.` });
    touch();
    go(isForGood ? `/${type}` : '/deleted');
  };
  return (
    <ActForm
      title={isForGood ? 'Delete for good' : 'Delete'}
      action={isForGood ? 'Delete for good' : 'Delete'}
      isGrave
      run={run}
      cancel={close}
    >
      <p className="breakable">
        {isForGood
          ? `Nothing of ${name} stays, neither in the recycle bin nor in histories, as privacy law asks for.`
          : `${name} goes to the recycle bin and can be restored for 90 days.`}
      </p>
    </ActForm>
  );
};
