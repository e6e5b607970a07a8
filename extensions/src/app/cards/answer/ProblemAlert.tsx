import { Alert, Button, Flex, Text } from '@hubspot/ui-extensions';
import type { Problem } from './call.ts';
import { WORDS } from './words.ts';

type Props = {
  readonly title: string;
  readonly problem: Problem;
  /** A second sentence, for instance that nothing typed is lost. */
  readonly reassurance?: string;
  readonly onRetry: () => void;
};

/** What went wrong, in a sentence, with the way out. */
export function ProblemAlert({ title, problem, reassurance, onRetry }: Props) {
  return (
    <Alert title={title} variant="warning">
      <Flex direction="column" gap="sm" align="start">
        <Text>{reassurance === undefined ? problem.sentence : `${problem.sentence} ${reassurance}`}</Text>
        {problem.retry && (
          <Button size="sm" onClick={onRetry}>
            {WORDS.tryAgain}
          </Button>
        )}
      </Flex>
    </Alert>
  );
}
