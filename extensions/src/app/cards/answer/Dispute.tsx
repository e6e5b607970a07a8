import { Button, Flex, Text } from '@hubspot/ui-extensions';
import type { CardView } from '@mql-rejection-loop/domain/contract';
import { useMemo, useState } from 'react';
import { createCardApi } from './api.ts';
import { newRequestId } from './requestId.ts';
import { WORDS } from './words.ts';

type Props = { readonly dispute: CardView['dispute'] | undefined; readonly baseUrl: unknown };

/** What the weekly review decided about this rejection, or, for a reviewer, the way to put it there. */
export function Dispute({ dispute, baseUrl }: Props) {
  const api = useMemo(() => createCardApi(baseUrl), [baseUrl]);
  const [requestId] = useState(newRequestId);
  const [sending, setSending] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  // A server of an earlier release does not know of disputes.
  if (dispute === null || dispute === undefined) return null;
  const { entryId } = dispute;
  const sentence = dispute.sentence ?? said;
  if (sentence !== null) return <Text variant="microcopy">{sentence}</Text>;
  if (!dispute.may) return null;
  const send = async (): Promise<void> => {
    setSending(true);
    const result = await api.dispute({ requestId, entryId });
    setSending(false);
    setSaid(result.kind === 'answer' ? result.answer.sentence : result.sentence);
  };
  return (
    <Flex direction="row">
      <Button size="xs" variant="transparent" disabled={sending} onClick={() => void send()}>
        {sending ? WORDS.disputing : WORDS.dispute}
      </Button>
    </Flex>
  );
}
