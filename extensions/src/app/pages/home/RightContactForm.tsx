import { Button, Flex, Input, Text } from '@hubspot/ui-extensions';
import type { FollowUpPage } from '@mql-rejection-loop/domain/contract/followUp';
import { useState } from 'react';
import type { HomeApi } from './api.ts';
import { Candidates } from './Candidates.tsx';
import { useLatest } from './latest.ts';
import { newRequestId } from './requestId.ts';
import { WORDS } from './words.ts';

type Props = {
  readonly row: FollowUpPage['rows'][number];
  readonly api: Pick<HomeApi, 'nameRightContact' | 'readCandidates'>;
};
type NamedPerson =
  | { readonly contactId: string }
  | { readonly email: string; readonly firstName: string; readonly lastName: string };
/** Who was named last, as text, and the request that named them. */
type Sent = { readonly named: string; readonly requestId: string };
type Said =
  { readonly kind: 'open' | 'sending' } | { readonly kind: 'named' | 'not-named'; readonly sentence: string };

/** Who the right person is: chosen among the contacts of the company, found by an address, or made. */
export function RightContactForm({ row, api }: Props) {
  // What was sent last: the same again is the same request, anything else another one.
  const [, remember, sent] = useLatest<Sent | null>(() => null);
  const [said, setSaid] = useState<Said>({ kind: 'open' });
  const [drawn, edit, typed] = useLatest(() => ({ email: '', firstName: '', lastName: '' }));
  const [open, setOpen] = useState(false);
  if (said.kind === 'named') return <Text>{said.sentence}</Text>;
  const typedPerson = (): NamedPerson => {
    const { email, firstName, lastName } = typed();
    return { email: email.trim(), firstName, lastName };
  };
  const send = async (person: NamedPerson): Promise<void> => {
    setSaid({ kind: 'sending' });
    const named = JSON.stringify(person);
    const before = sent();
    const requestId = before?.named === named ? before.requestId : newRequestId();
    remember(() => ({ named, requestId }));
    const result = await api.nameRightContact(row.id, { requestId, ...person });
    // What may have arrived is sent again with the same id; what was refused is over.
    if (result.kind === 'refused') remember(() => null);
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
  const type = (key: (typeof fields)[number]['key'], text: string): void =>
    edit((before) => ({ ...before, [key]: text }));
  // Three fields in each of a hundred rows would be most of the page.
  if (!open)
    return (
      <Button size="xs" onClick={() => setOpen(true)}>
        {WORDS.openRightContact}
      </Button>
    );
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
        disabled={said.kind === 'sending' || drawn.email.trim() === ''}
        onClick={() => void send(typedPerson())}
      >
        {said.kind === 'sending' ? WORDS.sending : WORDS.nameRightContact}
      </Button>
      {said.kind === 'not-named' && <Text>{said.sentence}</Text>}
    </Flex>
  );
}
