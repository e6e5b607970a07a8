import { Button, ErrorState, LoadingSpinner, Text } from '@hubspot/ui-extensions';
import type { ReactNode } from 'react';
import type { Look } from './useLook.ts';
import { WORDS } from './words.ts';

type Props<Answer> = {
  readonly look: Look<Answer>;
  readonly again: () => void;
  /** What is being looked up, in words. */
  readonly loading: string;
  readonly children: (answer: Answer) => ReactNode;
};

/** What was looked up, or that it still is, or why it could not be. */
export function LookedUp<Answer>({ look, again, loading, children }: Props<Answer>) {
  switch (look.kind) {
    case 'loading':
      return <LoadingSpinner label={loading} showLabel layout="centered" />;
    case 'failed':
      return (
        <ErrorState title={WORDS.viewNotLoaded}>
          <Text>{look.problem.sentence}</Text>
          {look.problem.retry && <Button onClick={again}>{WORDS.tryAgain}</Button>}
        </ErrorState>
      );
    case 'ready':
      return <>{children(look.answer)}</>;
  }
}
