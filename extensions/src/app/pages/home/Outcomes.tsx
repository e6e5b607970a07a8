import { Alert, Button, Flex, List, Text } from '@hubspot/ui-extensions';
import type { Outcome } from './batchState.ts';
import { resultsTitle, WORDS } from './words.ts';

type Props = { readonly outcomes: readonly Outcome[]; readonly onDismiss: () => void };

/** What became of each row. The ones that were not taken come first: they need somebody. */
export function Outcomes({ outcomes, onDismiss }: Props) {
  if (outcomes.length === 0) return null;
  const refused = outcomes.filter(({ ok }) => !ok);
  const taken = outcomes.filter(({ ok }) => ok);
  return (
    <Alert
      title={resultsTitle(taken.length, refused.length)}
      variant={refused.length === 0 ? 'success' : 'warning'}
    >
      <Flex direction="column" gap="sm" align="start">
        <List variant="unordered">
          {[...refused, ...taken].map(({ id, name, sentence }) => (
            <Text key={id}>{`${name}: ${sentence}`}</Text>
          ))}
        </List>
        <Button size="sm" onClick={onDismiss}>
          {WORDS.dismiss}
        </Button>
      </Flex>
    </Alert>
  );
}
