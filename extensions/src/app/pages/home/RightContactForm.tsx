import { Button, Flex, Input, Text } from '@hubspot/ui-extensions';
import type { FollowUpPage } from '@mql-rejection-loop/domain/contract/followUp';
import { useRef, useState } from 'react';
import type { HomeApi } from './api.ts';
import { Candidates } from './Candidates.tsx';
import { newRequestId } from './requestId.ts';
import { WORDS } from './words.ts';

type Props = {
  readonly row: FollowUpPage['rows'][number];
  readonly api: Pick<HomeApi, 'nameRightContact' | 'readCandidates'>;
};
type NamedPerson =
  | { readonly contactId: string }
  | { readonly email: string; readonly firstName: string; readonly lastName: string };
type Said =
  { readonly kind: 'open' | 'sending' } | { readonly kind: 'named' | 'not-named'; readonly sentence: string };

/** Who the right person is: chosen among the contacts of the company, found by an address, or made. */
export function RightContactForm({ row, api }: Props) {
  const [requestId, setRequestId] = useState(newRequestId);
  const [said, setSaid] = useState<Said>({ kind: 'open' });
  // Sent from here and not from the drawing: a button may call the function of an earlier one.
  const typed = useRef({ email: '', firstName: '', lastName: '' });
  const [hasEmail, setHasEmail] = useState(false);
  if (said.kind === 'named') return <Text>{said.sentence}</Text>;
  const typedPerson = (): NamedPerson => {
    const { email, firstName, lastName } = typed.current;
    return { email: email.trim(), firstName, lastName };
  };
  const send = async (person: NamedPerson): Promise<void> => {
    setSaid({ kind: 'sending' });
    const result = await api.nameRightContact(row.id, { requestId, ...person });
    // What may have arrived is sent again with the same id; what was refused is over.
    if (result.kind === 'refused') setRequestId(newRequestId());
    setSaid(
      result.kind === 'answer'
        ? { kind: 'named', sentence: result.answer.sentence }
        : { kind: 'not-named', sentence: result.sentence },
    );
  };
  const fields = [
    { key: 'email', label: WORDS.rightEmail },
    { key: 'firstName', label: WORDS.rightFirstName },
    { key: 'lastName', label: WORDS.rightLastName },
  ] as const;
  const type = (key: (typeof fields)[number]['key'], text: string): void => {
    typed.current = { ...typed.current, [key]: text };
    setHasEmail(typed.current.email.trim() !== '');
  };
  return (
    <Flex direction="column" gap="xs" align="start">
      <Candidates
        row={row}
        read={api.readCandidates}
        sending={said.kind === 'sending'}
        onChoose={(contactId) => void send({ contactId })}
      />
      {fields.map(({ key, label }) => (
        <Input
          key={key}
          name={`${key}-${row.id}`}
          label={label}
          onInput={(text) => type(key, text)}
          onChange={(text) => type(key, text)}
        />
      ))}
      <Button
        size="xs"
        disabled={said.kind === 'sending' || !hasEmail}
        onClick={() => void send(typedPerson())}
      >
        {said.kind === 'sending' ? WORDS.sending : WORDS.nameRightContact}
      </Button>
      {said.kind === 'not-named' && <Text>{said.sentence}</Text>}
    </Flex>
  );
}
