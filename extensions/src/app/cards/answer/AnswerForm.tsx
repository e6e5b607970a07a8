import { Alert, Button, Flex, Link, Text, TextArea, ToggleGroup } from '@hubspot/ui-extensions';
import type { CardView } from '@mql-rejection-loop/domain/contract';
import { useState } from 'react';
import { problemOf, type CardState } from './cardState.ts';
import { ProblemAlert } from './ProblemAlert.tsx';
import { ReasonChoice, type Width } from './ReasonChoice.tsx';
import { chosenOption, useSlow, type CardControls } from './useCard.ts';
import { keepReason, WORDS } from './words.ts';

type Props = {
  readonly view: CardView;
  readonly state: CardState;
  readonly controls: CardControls;
  readonly width: Width;
};

/** Accept, or choose a reason and reject; a lead that is accepted already can still be rejected. */
export function AnswerForm({ view, state, controls, width }: Props) {
  const { send, draft } = state;
  const chosen = chosenOption(state);
  const problem = problemOf(state, 'accept', 'reject');
  const action = send.kind === 'sending' ? send.action : null;
  const noteMissing = chosen !== null && chosen.noteRequired && draft.note.trim() === '';
  return (
    <Flex direction="column" gap="sm">
      <Flex direction="row" gap="md" align="center" wrap>
        {view.state === 'open' && (
          <Button onClick={controls.accept} disabled={action !== null}>
            {action === 'accept' ? WORDS.accepting : WORDS.accept}
          </Button>
        )}
        <Definition definition={view.definition} />
      </Flex>
      <ReasonChoice
        options={view.reasons}
        chosen={chosen}
        readOnly={action !== null}
        width={width}
        onChoose={(reason) => controls.draft({ reason })}
      />
      {chosen?.asksUnsubscribe === true && (
        <ToggleGroup
          toggleType="radioButtonList"
          name="unsubscribe"
          label={WORDS.wantsNoEmail}
          inline
          value={draft.unsubscribe === null ? '' : String(draft.unsubscribe)}
          options={[
            { value: 'true', label: WORDS.unsubscribeYes, readOnly: action !== null },
            { value: 'false', label: WORDS.unsubscribeNo, readOnly: action !== null },
          ]}
          onChange={(value) => controls.draft({ unsubscribe: value === 'true' })}
        />
      )}
      <Note
        first={draft.note}
        hint={chosen?.noteHint ?? null}
        required={chosen?.noteRequired ?? false}
        readOnly={action !== null}
        onType={(note) => controls.draft({ note })}
      />
      {chosen !== null && chosen.contradiction !== null && (
        <Alert title={WORDS.recordDisagrees} variant="warning">
          {keepReason(chosen.contradiction, chosen.label)}
        </Alert>
      )}
      {chosen !== null && <Text variant="microcopy">{chosen.next}</Text>}
      <Flex direction="row" gap="sm" align="center" wrap>
        <Button
          variant="primary"
          onClick={controls.reject}
          disabled={chosen === null || noteMissing || action !== null}
        >
          {action === 'reject' ? WORDS.rejecting : WORDS.reject}
        </Button>
        <Hint chosen={chosen !== null} noteMissing={noteMissing} sending={action !== null} />
      </Flex>
      {problem !== null && (
        <ProblemAlert
          title={problem.kind === 'failed' ? WORDS.notSent : WORDS.notAccepted}
          problem={problem}
          reassurance={WORDS.keptForYou}
          onRetry={problem.action === 'accept' ? controls.accept : controls.reject}
        />
      )}
    </Flex>
  );
}

type HintProps = { readonly chosen: boolean; readonly noteMissing: boolean; readonly sending: boolean };

/** Says why Reject cannot be pressed, or that a slow answer is still under way. */
function Hint({ chosen, noteMissing, sending }: HintProps) {
  const slow = useSlow(sending);
  if (sending) return slow ? <Text>{WORDS.slow}</Text> : null;
  if (!chosen) return <Text variant="microcopy">{WORDS.chooseFirst}</Text>;
  return noteMissing ? <Text variant="microcopy">{WORDS.noteFirst}</Text> : null;
}

function Definition({ definition }: Pick<CardView, 'definition'>) {
  return (
    <Flex direction="column" gap="flush">
      {definition.url === null ? (
        <Text variant="microcopy">{definition.label}</Text>
      ) : (
        <Link href={{ url: definition.url, external: true }}>{definition.label}</Link>
      )}
      {definition.notice !== null && <Text variant="microcopy">{definition.notice}</Text>}
    </Flex>
  );
}

type NoteProps = {
  readonly first: string;
  readonly hint: string | null;
  readonly required: boolean;
  readonly readOnly: boolean;
  readonly onType: (note: string) => void;
};

/**
 * The note keeps its own text and only reports it: a value sent back from the worker arrives late, and would
 * overwrite what was typed meanwhile.
 */
function Note({ first, hint, required, readOnly, onType }: NoteProps) {
  const [firstText] = useState(first);
  return (
    <TextArea
      name="note"
      label={required ? WORDS.noteNeeded : WORDS.note}
      defaultValue={firstText}
      required={required}
      readOnly={readOnly}
      rows={2}
      onInput={onType}
      onChange={onType}
      {...(hint !== null && { description: hint })}
    />
  );
}
