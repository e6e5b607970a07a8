import { Button, Text } from '@hubspot/ui-extensions';
import { useState } from 'react';
import type { HomeApi } from './api.ts';
import { newRequestId } from './requestId.ts';
import { WORDS } from './words.ts';

type Props = { readonly entryId: string; readonly api: HomeApi; readonly disabled: boolean };

/** Puts one rejection before the weekly review; what became of it is said in its place. */
export function DisputeButton({ entryId, api, disabled }: Props) {
  const [requestId] = useState(newRequestId);
  const [sending, setSending] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const send = async (): Promise<void> => {
    setSending(true);
    const result = await api.dispute({ requestId, entryId });
    setSending(false);
    setSaid(result.kind === 'answer' ? result.answer.sentence : result.sentence);
  };
  if (said !== null) return <Text variant="microcopy">{said}</Text>;
  return (
    <Button size="xs" disabled={disabled || sending} onClick={() => void send()}>
      {sending ? WORDS.sending : WORDS.dispute}
    </Button>
  );
}
