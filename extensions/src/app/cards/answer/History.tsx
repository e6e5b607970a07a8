import { Accordion, Flex, Text } from '@hubspot/ui-extensions';
import type { CardView } from '@mql-rejection-loop/domain/contract';
import { Steps } from './Steps.tsx';
import { isMoving } from './useCard.ts';
import { dayAndTime, historyTitle } from './words.ts';

type Props = { readonly view: CardView; readonly timeZone: string };

/** Earlier answers and their undoing. Open by itself while something of it is still being done. */
export function History({ view, timeZone }: Props) {
  const { history } = view;
  if (history.length === 0) return null;
  return (
    <Accordion
      title={historyTitle(history.length)}
      size="sm"
      defaultOpen={history.some(({ steps }) => steps.some(isMoving))}
    >
      <Flex direction="column" gap="sm">
        {history.map((entry) => (
          <Flex key={`${entry.at} ${entry.sentence}`} direction="column" gap="xs">
            <Text variant="microcopy">{dayAndTime(entry.at, timeZone)}</Text>
            <Text>{entry.sentence}</Text>
            <Steps steps={entry.steps} />
          </Flex>
        ))}
      </Flex>
    </Accordion>
  );
}
