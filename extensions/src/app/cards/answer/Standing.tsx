import { Alert, Button, Flex, Text, TextArea } from '@hubspot/ui-extensions';
import type { StandingAnswer } from '@mql-rejection-loop/domain/contract';
import { useState } from 'react';
import { problemOf, type CardState, type Outcome } from './cardState.ts';
import { useLatest } from './latest.ts';
import { ProblemAlert } from './ProblemAlert.tsx';
import { Steps } from './Steps.tsx';
import { useSecondsUntil, useSlow, type CardControls } from './useCard.ts';
import { byline, undoIn, WORDS } from './words.ts';

type Props = {
  readonly answer: StandingAnswer | Outcome;
  readonly state: CardState;
  readonly controls: CardControls;
  readonly timeZone: string;
};

/** The answer that stands: what was said, what happens next, how far it has got, and the way back. */
export function Standing({ answer, state, controls, timeZone }: Props) {
  const told = 'by' in answer ? answer : null;
  return (
    <Flex direction="column" gap="sm">
      <Alert title={answer.headline} variant={answer.kind === 'rejected' ? 'info' : 'success'}>
        {answer.next}
      </Alert>
      {told !== null && <Text variant="microcopy">{byline(told, timeZone)}</Text>}
      {told?.classed != null && <Text variant="microcopy">{told.classed}</Text>}
      {told !== null && told.note !== null && <Text>“{told.note}”</Text>}
      {answer.kind !== 'undone' && (
        <Undo
          // Another answer starts with the quick way again.
          key={answerIdOf(answer)}
          answerId={answerIdOf(answer)}
          undoUntil={answer.undoUntil}
          state={state}
          onUndo={controls.undo}
        />
      )}
      {told !== null && told.steps.length > 0 && (
        <>
          <Text variant="microcopy">{WORDS.steps}</Text>
          <Steps steps={told.steps} />
        </>
      )}
    </Flex>
  );
}

const answerIdOf = (answer: StandingAnswer | Outcome): string =>
  'id' in answer ? answer.id : answer.answerId;

type UndoProps = {
  readonly answerId: string;
  readonly undoUntil: string | null;
  readonly state: CardState;
  readonly onUndo: CardControls['undo'];
};

function Undo({ answerId, undoUntil, state, onUndo }: UndoProps) {
  const { send, clockAheadMs } = state;
  const seconds = useSecondsUntil(undoUntil, clockAheadMs);
  const [asking, setAsking] = useState(false);
  const [reason, editReason, latestReason] = useLatest(() => '');
  const setReason = (text: string): void => editReason(() => text);
  const sending = send.kind === 'sending';
  const slow = useSlow(sending);
  if (undoUntil === null) return null;
  const given = (): string | null => latestReason().trim() || null;
  const problem = problemOf(state, 'undo');
  // A refused quick undo means that the server's time is up, whatever this worker's clock says.
  const quick = seconds > 0 && problem?.kind !== 'refused';
  return (
    <Flex direction="column" gap="sm">
      {asking && (
        <TextArea
          name="undo-reason"
          label={WORDS.undoReason}
          required
          readOnly={sending}
          rows={2}
          onInput={setReason}
          onChange={setReason}
        />
      )}
      <Flex direction="row" gap="sm" align="center" wrap>
        {asking ? (
          <>
            <Button disabled={reason.trim() === '' || sending} onClick={() => onUndo(answerId, given())}>
              {sending ? WORDS.undoing : WORDS.undo}
            </Button>
            <Button variant="transparent" disabled={sending} onClick={() => setAsking(false)}>
              {WORDS.undoKeep}
            </Button>
          </>
        ) : quick || sending ? (
          <Button disabled={sending} onClick={() => onUndo(answerId, null)}>
            {sending ? WORDS.undoing : undoIn(seconds)}
          </Button>
        ) : (
          <Button onClick={() => setAsking(true)}>{WORDS.undoWithReason}</Button>
        )}
        {slow && <Text>{WORDS.slow}</Text>}
      </Flex>
      {problem !== null && (
        <ProblemAlert
          title={problem.kind === 'failed' ? WORDS.undoNotSent : WORDS.notUndone}
          problem={problem}
          onRetry={() => onUndo(answerId, given())}
        />
      )}
    </Flex>
  );
}
