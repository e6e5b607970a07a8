import { Button, DateInput, Flex, Text } from '@hubspot/ui-extensions';
import type { CardView } from '@mql-rejection-loop/domain/contract';
import { useState } from 'react';
import type { CardApi } from './api.ts';
import { useLatest } from './latest.ts';
import { newRequestId } from './requestId.ts';
import { waitForDate, WORDS } from './words.ts';

type Props = {
  readonly waiting: CardView['waiting'];
  readonly answerId: string | null;
  readonly confirm: CardApi['confirmDate'];
  readonly onConfirmed: () => void;
};

/** When a rejected lead is looked at again, and the dates in the note that may move it. */
export function Waiting({ waiting, answerId, confirm, onConfirmed }: Props) {
  const [, editRequestId, requestId] = useLatest(newRequestId);
  const [sending, setSending] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  if (waiting === null || answerId === null) return null;
  const send = async (on: string): Promise<void> => {
    setSending(true);
    const result = await confirm(answerId, { requestId: requestId(), on });
    setSending(false);
    setSaid(result.kind === 'answer' ? result.answer.sentence : result.sentence);
    if (result.kind === 'failed') return;
    // What may have arrived is asked again with the same id; what was answered is over.
    editRequestId(newRequestId);
    if (result.kind === 'answer') onConfirmed();
  };
  return (
    <Flex direction="column" gap="xs" align="start">
      <Text variant="microcopy">{WORDS.nextLook}</Text>
      <Text>{waiting.sentence}</Text>
      {waiting.proposals.map(({ on, label, quote }) => (
        <Flex key={on} direction="row" gap="sm" align="center" wrap>
          <Text>“{quote}”</Text>
          <Button size="xs" disabled={sending} onClick={() => void send(on)}>
            {waitForDate(label)}
          </Button>
        </Flex>
      ))}
      {waiting.asked && <AskedDate asked={waiting.asked} sending={sending} send={(on) => void send(on)} />}
      {said !== null && <Text>{said}</Text>}
    </Flex>
  );
}

type Asked = NonNullable<NonNullable<CardView['waiting']>['asked']>;

/** A date that nobody knows yet: typed, or taken as proposed. */
function AskedDate({
  asked,
  sending,
  send,
}: {
  readonly asked: Asked;
  readonly sending: boolean;
  readonly send: (on: string) => void;
}) {
  const [on, setOn] = useState(asked.proposedOn);
  const [year, month, day] = on.split('-').map(Number);
  return (
    <Flex direction="row" gap="sm" align="end" wrap>
      <DateInput
        name="asked-date"
        label={asked.question}
        readOnly={sending}
        // HubSpot counts months from 0.
        value={{ year: year ?? 0, month: (month ?? 1) - 1, date: day ?? 1 }}
        onChange={(value) => {
          if (value) setOn(isoDay(value));
        }}
      />
      <Button size="xs" disabled={sending} onClick={() => send(on)}>
        {WORDS.waitForThatDay}
      </Button>
    </Flex>
  );
}

const two = (number: number): string => String(number).padStart(2, '0');
const isoDay = ({ year, month, date }: { year: number; month: number; date: number }): string =>
  `${year}-${two(month + 1)}-${two(date)}`;
