import { Button, Flex, Heading, Select, Text, TextArea, Tile } from '@hubspot/ui-extensions';
import type { BatchRow, OverrideReason } from '@mql-rejection-loop/domain/contract/queues';
import { useLatest } from './latest.ts';
import { overrideTitle, WORDS } from './words.ts';

type Props = {
  readonly row: BatchRow;
  readonly reasons: readonly OverrideReason[];
  readonly sending: boolean;
  readonly onSend: (reason: string, note: string) => void;
  readonly onCancel: () => void;
};

type Draft = { readonly reason: string | null; readonly note: string };

/** The right reason for one rejection. Its own reason is no choice: that would be an approval. */
export function OverrideForm({ row, reasons, sending, onSend, onCancel }: Props) {
  const [{ reason, note }, edit, latest] = useLatest<Draft>(() => ({ reason: null, note: '' }));
  const setNote = (text: string): void => edit((before) => ({ ...before, note: text }));
  const choices = reasons.filter(({ code }) => code !== row.reasonCode);
  const chosen = choices.find(({ code }) => code === reason) ?? null;
  const noteMissing = chosen !== null && chosen.noteRequired && note.trim() === '';
  return (
    <Tile compact>
      <Flex direction="column" gap="sm">
        <Heading>{overrideTitle(row)}</Heading>
        <Select
          name="override-reason"
          label={WORDS.otherReason}
          placeholder={WORDS.pickReason}
          readOnly={sending}
          options={choices.map(({ code, label }) => ({ value: code, label }))}
          onChange={(code) => edit((before) => ({ ...before, reason: String(code) }))}
          {...(reason !== null && { value: reason })}
        />
        {chosen !== null && <Text variant="microcopy">{chosen.meaning}</Text>}
        <TextArea
          name="override-note"
          label={chosen?.noteRequired === true ? WORDS.noteNeeded : WORDS.note}
          required={chosen?.noteRequired ?? false}
          readOnly={sending}
          rows={2}
          onInput={setNote}
          onChange={setNote}
        />
        <Flex direction="row" gap="sm">
          <Button
            variant="primary"
            disabled={chosen === null || noteMissing || sending}
            onClick={() => {
              const typed = latest();
              if (typed.reason !== null) onSend(typed.reason, typed.note);
            }}
          >
            {sending ? WORDS.sending : WORDS.overrideSend}
          </Button>
          <Button disabled={sending} onClick={onCancel}>
            {WORDS.cancel}
          </Button>
        </Flex>
      </Flex>
    </Tile>
  );
}
