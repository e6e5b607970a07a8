import { Button, Flex, Heading, TextArea, Tile } from '@hubspot/ui-extensions';
import type { BatchRow } from '@mql-rejection-loop/domain/contract/queues';
import { useLatest } from './latest.ts';
import { undoTitle, WORDS } from './words.ts';

type Props = {
  readonly row: BatchRow;
  readonly sending: boolean;
  readonly onSend: (reason: string) => void;
  readonly onCancel: () => void;
};

/** Taking one rejection back, with the reason that is kept with it. */
export function UndoForm({ row, sending, onSend, onCancel }: Props) {
  const [reason, edit, latest] = useLatest(() => '');
  const setReason = (text: string): void => edit(() => text);
  return (
    <Tile compact>
      <Flex direction="column" gap="sm">
        <Heading>{undoTitle(row)}</Heading>
        <TextArea
          name="undo-reason"
          label={WORDS.undoReason}
          required
          readOnly={sending}
          rows={2}
          onInput={setReason}
          onChange={setReason}
        />
        <Flex direction="row" gap="sm">
          <Button
            variant="primary"
            disabled={reason.trim() === '' || sending}
            onClick={() => onSend(latest())}
          >
            {sending ? WORDS.sending : WORDS.undoSend}
          </Button>
          <Button disabled={sending} onClick={onCancel}>
            {WORDS.cancel}
          </Button>
        </Flex>
      </Flex>
    </Tile>
  );
}
