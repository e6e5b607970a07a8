import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { crm, VERSION } from '../crm.ts';
import { useNotify } from '../notices.tsx';
import { usePulse } from '../pulse.tsx';
import type { RecordType } from '../record/read-record.ts';
import { useSession } from '../session.tsx';
import { ActForm } from './act-form.tsx';

type Values = Readonly<Record<string, string>>;

/** What can be logged: the words of the page, and the properties that HubSpot keeps. Docs: each engagement's guide. */
const KINDS = {
  calls: {
    label: 'Call',
    subject: 'hs_call_title',
    body: 'hs_call_body',
    associations: { contacts: 194, leads: 595 },
    outcome: {
      property: 'hs_call_status',
      label: 'Status',
      options: [
        { value: 'COMPLETED', label: 'Completed' },
        { value: 'NO_ANSWER', label: 'No answer' },
        { value: 'BUSY', label: 'Busy' },
      ],
    },
    more: { hs_call_direction: 'OUTBOUND' },
  },
  emails: {
    label: 'E-mail',
    subject: 'hs_email_subject',
    body: 'hs_email_text',
    associations: { contacts: 198, leads: 597 },
    outcome: {
      property: 'hs_email_direction',
      label: 'Direction',
      options: [
        { value: 'EMAIL', label: 'Sent to them' },
        { value: 'INCOMING_EMAIL', label: 'Received from them' },
      ],
    },
    more: {},
  },
  meetings: {
    label: 'Meeting',
    subject: 'hs_meeting_title',
    body: 'hs_meeting_body',
    associations: { contacts: 200, leads: 599 },
    outcome: {
      property: 'hs_meeting_outcome',
      label: 'Outcome',
      options: [
        { value: 'COMPLETED', label: 'Completed' },
        { value: 'SCHEDULED', label: 'Scheduled' },
        { value: 'NO_SHOW', label: 'Nobody came' },
      ],
    },
    more: {},
  },
} as const;

export type LoggedKind = keyof typeof KINDS;

type Props = {
  readonly kind: LoggedKind;
  readonly type: RecordType;
  readonly id: string;
  readonly close: () => void;
};

/** Logs a call, an e-mail or a meeting at the record, as of now, for the person in front of the page. */
export const LogActivity = ({ kind, type, id, close }: Props) => {
  const { user } = useSession();
  const { offsetMs, touch } = usePulse();
  const notify = useNotify();
  const { label, subject, body, outcome, associations, more } = KINDS[kind];
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const [result, setResult] = useState<string>(outcome.options[0].value);
  const run = async (): Promise<void> => {
    const at = new Date(Date.now() + offsetMs).toISOString();
    const properties: Values = {
      hs_timestamp: at,
      [subject]: title || label,
      [outcome.property]: result,
      ...(text !== '' && { [body]: text }),
      ...(user.ownerId && { hubspot_owner_id: user.ownerId }),
      ...(kind === 'meetings' && { hs_meeting_start_time: at }),
      ...more,
    };
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: associations[type] }];
    await crm(
      `/crm/objects/${VERSION}/${kind}`,
      'POST',
      { properties, associations: [{ to: { id }, types }] },
      'record',
    );
    notify({ type: 'success', message: `${label} logged.` });
    touch();
    close();
  };
  return (
    <ActForm title={`Log: ${label}`} action="Log it" run={run} cancel={close}>
      <TextInput
        size="xs"
        label="Subject"
        value={title}
        autoFocus
        onChange={({ currentTarget }) => setTitle(currentTarget.value)}
      />
      <NativeSelect
        size="xs"
        label={outcome.label}
        value={result}
        data={[...outcome.options]}
        onChange={({ currentTarget }) => setResult(currentTarget.value)}
      />
      <Textarea
        size="xs"
        label="Notes"
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
    </ActForm>
  );
};
