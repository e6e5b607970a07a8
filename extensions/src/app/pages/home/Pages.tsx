import { Button, Flex } from '@hubspot/ui-extensions';
import { WORDS } from './words.ts';

type Props = {
  readonly after: string | null;
  readonly next: string | null;
  readonly onTurn: (after: string | null) => void;
};

/** Buttons to the first and to the next page; nothing where one page is all. */
export function Pages({ after, next, onTurn }: Props) {
  if (after === null && next === null) return null;
  return (
    <Flex direction="row" gap="sm" align="center">
      <Button disabled={after === null} onClick={() => onTurn(null)}>
        {WORDS.first}
      </Button>
      <Button disabled={next === null} onClick={() => onTurn(next)}>
        {WORDS.next}
      </Button>
    </Flex>
  );
}
