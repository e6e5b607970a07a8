import { Button, Flex, Input, Text } from '@hubspot/ui-extensions';
import type { FollowUpPage } from '@mql-rejection-loop/domain/contract/followUp';
import { useState } from 'react';
import type { HomeApi } from './api.ts';
import { useLatest } from './latest.ts';
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
  const [, editRequestId, requestId] = useLatest(newRequestId);
  const [said, setSaid] = useState<Said>({ kind: 'open' });
  const [drawn, edit, typed] = useLatest(() => ({ email: '', firstName: '', lastName: '' }));
  const [open, setOpen] = useState(false);
  if (said.kind === 'named') return <Text>{said.sentence}</Text>;
  const send = async (): Promise<void> => {
    setSaid({ kind: 'sending' });
    const { email, firstName, lastName } = typed();
    const result = await name(row.id, { requestId: requestId(), email: email.trim(), firstName, lastName });
    // What may have arrived is sent again with the same id; what was refused is over.
    if (result.kind === 'refused') editRequestId(newRequestId);
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
        onClick={() => void send()}
      >
        {said.kind === 'sending' ? WORDS.sending : WORDS.nameRightContact}
      </Button>
      {said.kind === 'not-named' && <Text>{said.sentence}</Text>}
    </Flex>
  );
}
