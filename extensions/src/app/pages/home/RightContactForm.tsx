import { Button, Flex, Input, Text } from '@hubspot/ui-extensions';
import type { FollowUpPage } from '@mql-rejection-loop/domain/contract/followUp';
import { useRef, useState } from 'react';
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
  const [said, setSaid] = useState<Said>({ kind: 'open' });
  // Sent from here and not from the drawing: a button may call the function of an earlier one.
  const typed = useRef({ email: '', firstName: '', lastName: '' });
  // What was sent last: the same again is the same request, anything else another one.
  const sent = useRef<Parameters<typeof name>[1] | null>(null);
  const [hasEmail, setHasEmail] = useState(false);
  if (said.kind === 'named') return <Text>{said.sentence}</Text>;
  const send = async (): Promise<void> => {
    setSaid({ kind: 'sending' });
    const person = { ...typed.current, email: typed.current.email.trim() };
    const request = { ...person, requestId: idOfSame(sent.current, person) ?? newRequestId() };
    sent.current = request;
    const result = await name(row.id, request);
    // What may have arrived is sent again with the same id; what was refused is over.
    if (result.kind === 'refused') sent.current = null;
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
      {fields.map(({ key, label }) => (
        <Input
          key={key}
          name={`${key}-${row.id}`}
          label={label}
          onInput={(text) => type(key, text)}
          onChange={(text) => type(key, text)}
        />
      ))}
      <Button size="xs" disabled={said.kind === 'sending' || !hasEmail} onClick={() => void send()}>
        {said.kind === 'sending' ? WORDS.sending : WORDS.nameRightContact}
      </Button>
      {said.kind === 'not-named' && <Text>{said.sentence}</Text>}
    </Flex>
  );
}

type Person = Readonly<Record<'email' | 'firstName' | 'lastName', string>>;

function idOfSame(sent: (Person & { readonly requestId: string }) | null, person: Person): string | null {
  const same =
    sent?.email === person.email && sent.firstName === person.firstName && sent.lastName === person.lastName;
  return same ? sent.requestId : null;
}
