import { Button, Flex, Input, Text } from '@hubspot/ui-extensions';
import type { FollowUpPage } from '@mql-rejection-loop/domain/contract/followUp';
import { useState } from 'react';
import type { HomeApi } from './api.ts';
import { newRequestId } from './requestId.ts';
import { WORDS } from './words.ts';

type Props = {
  readonly row: FollowUpPage['rows'][number];
  readonly name: HomeApi['nameRightContact'];
};
type Said =
  { readonly kind: 'open' | 'sending' } | { readonly kind: 'named' | 'not-named'; readonly sentence: string };

/** Who the right person is: found by the address, or made. */
export function RightContactForm({ row, name }: Props) {
  const [requestId, setRequestId] = useState(newRequestId);
  const [said, setSaid] = useState<Said>({ kind: 'open' });
  const [email, setEmail] = useState('');
  const [firstName, setFirstName] = useState('');
  const [lastName, setLastName] = useState('');
  if (said.kind === 'named') return <Text>{said.sentence}</Text>;
  const send = async (): Promise<void> => {
    setSaid({ kind: 'sending' });
    const result = await name(row.id, { requestId, email: email.trim(), firstName, lastName });
    // What may have arrived is sent again with the same id; what was refused is over.
    if (result.kind === 'refused') setRequestId(newRequestId());
    setSaid(
      result.kind === 'answer'
        ? { kind: 'named', sentence: result.answer.sentence }
        : { kind: 'not-named', sentence: result.sentence },
    );
  };
  const fields = [
    { key: 'email', label: WORDS.rightEmail, type: setEmail },
    { key: 'first-name', label: WORDS.rightFirstName, type: setFirstName },
    { key: 'last-name', label: WORDS.rightLastName, type: setLastName },
  ] as const;
  return (
    <Flex direction="column" gap="xs" align="start">
      {fields.map(({ key, label, type }) => (
        <Input key={key} name={`${key}-${row.id}`} label={label} onInput={type} onChange={type} />
      ))}
      <Button size="xs" disabled={said.kind === 'sending' || email.trim() === ''} onClick={() => void send()}>
        {said.kind === 'sending' ? WORDS.sending : WORDS.nameRightContact}
      </Button>
      {said.kind === 'not-named' && <Text>{said.sentence}</Text>}
    </Flex>
  );
}
