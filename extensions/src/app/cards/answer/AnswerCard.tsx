import { Alert, Button, Flex, List, LoadingSpinner, Text } from '@hubspot/ui-extensions';
import type { CardView, RecordRef } from '@mql-rejection-loop/domain/contract';
import type { Problem } from './call.ts';
import { AnswerForm } from './AnswerForm.tsx';
import { problemOf, type CardState } from './cardState.ts';
import { Dispute } from './Dispute.tsx';
import { Gate } from './Gate.tsx';
import { History } from './History.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';
import type { Width } from './ReasonChoice.tsx';
import { Waiting } from './Waiting.tsx';
import { Standing } from './Standing.tsx';
import { useCard, useSlow, type CardControls, type HostActions } from './useCard.ts';
import { REMARKS, WORDS } from './words.ts';

type Props = {
  readonly context: {
    readonly crm: { readonly objectId: number; readonly objectTypeId: string };
    readonly portal: { readonly timezone: string };
    readonly variables?: Readonly<Record<string, unknown>>;
  };
  readonly actions: HostActions;
  readonly width: Width;
};

/** The card on a contact or lead: why it is here, accept or reject, what happens next. Same flow in both widths. */
export function AnswerCard({ context, actions, width }: Props) {
  const { crm, variables, portal } = context;
  const record: RecordRef = {
    // The metafiles decide where the card appears, and the server refuses any other type.
    objectTypeId: crm.objectTypeId as RecordRef['objectTypeId'],
    objectId: String(crm.objectId),
  };
  return (
    <RecordAnswer
      // Another record is another card: nothing typed or answered for one may reach the next.
      key={`${record.objectTypeId} ${record.objectId}`}
      record={record}
      baseUrl={variables?.['API_BASE_URL']}
      timeZone={portal.timezone}
      host={actions}
      width={width}
    />
  );
}

type RecordProps = {
  readonly record: RecordRef;
  readonly baseUrl: unknown;
  readonly timeZone: string;
  readonly host: HostActions;
  readonly width: Width;
};

function RecordAnswer({ record, baseUrl, timeZone, host, width }: RecordProps) {
  const [state, controls] = useCard(record, baseUrl, host);
  const { load } = state;
  switch (load.kind) {
    case 'loading':
      return <Loading />;
    case 'failed':
      return <ProblemAlert title={WORDS.notLoaded} problem={load} onRetry={controls.look} />;
    case 'ready':
      return (
        <Flex direction="column" gap="md">
          <Lead view={load.view} />
          <Pending sentence={load.view.pending} />
          {state.remark !== null && <Text>{REMARKS[state.remark]}</Text>}
          <Now view={load.view} state={state} controls={controls} timeZone={timeZone} width={width} />
          {load.stale && problemOf(state, 'accept', 'reject', 'undo') === null && (
            <Stale onRetry={controls.look} />
          )}
          <Waiting
            waiting={state.outcome === null ? load.view.waiting : null}
            answerId={load.view.standing?.id ?? null}
            confirm={controls.confirmDate}
            onConfirmed={controls.look}
          />
          <Gate gate={load.view.gate} />
          <Dispute key={load.view.dispute?.entryId ?? ''} dispute={load.view.dispute} baseUrl={baseUrl} />
          <History view={load.view} timeZone={timeZone} />
        </Flex>
      );
  }
}

/** A rejection that was made around the card: said before anything else can be done. */
function Pending({ sentence }: { readonly sentence: CardView['pending'] }) {
  if (sentence === null) return null;
  return (
    <Alert title={WORDS.reasonMissing} variant="warning">
      {sentence}
    </Alert>
  );
}

function Loading() {
  const slow = useSlow(true);
  return <LoadingSpinner label={slow ? WORDS.slow : WORDS.loading} showLabel layout="centered" />;
}

function Stale({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <Flex direction="row" gap="sm" align="center" wrap>
      <Text variant="microcopy">{WORDS.stepsStale}</Text>
      <Button size="xs" onClick={onRetry}>
        {WORDS.tryAgain}
      </Button>
    </Flex>
  );
}

function Lead({ view }: { readonly view: CardView }) {
  return (
    <Flex direction="column" gap="xs">
      <Text format={{ fontWeight: 'bold' }}>{view.title}</Text>
      {view.whyHere.length > 0 && (
        <>
          <Text variant="microcopy">{WORDS.whyHere}</Text>
          <List variant="unordered-styled">
            {view.whyHere.map((line) => (
              <Text key={line}>{line}</Text>
            ))}
          </List>
        </>
      )}
      {view.factsNotice !== null && <Text variant="microcopy">{view.factsNotice}</Text>}
    </Flex>
  );
}

type NowProps = {
  readonly view: CardView;
  readonly state: CardState;
  readonly controls: CardControls;
  readonly timeZone: string;
  readonly width: Width;
};

/** What has been done and what can be done now: the server gives reasons exactly where a reason can be chosen. */
function Now({ view, state, controls, timeZone, width }: NowProps) {
  if (state.outcome !== null)
    return <Standing answer={state.outcome} state={state} controls={controls} timeZone={timeZone} />;
  const { standing, notice, reasons } = view;
  return (
    <>
      {state.takenBack !== null && (
        <Alert title={state.takenBack.headline} variant="success">
          {state.takenBack.next}
        </Alert>
      )}
      {standing !== null && (
        <Standing answer={standing} state={state} controls={controls} timeZone={timeZone} />
      )}
      {standing === null && <Unanswered title={WORDS.notUndone} problem={problemOf(state, 'undo')} />}
      {notice !== null && <Text>{notice}</Text>}
      {reasons.length > 0 && notice === null ? (
        <AnswerForm view={view} state={state} controls={controls} width={width} />
      ) : (
        <Unanswered title={WORDS.notAccepted} problem={problemOf(state, 'accept', 'reject')} />
      )}
    </>
  );
}

/** What was refused where its button is gone, for instance because a colleague was faster. */
function Unanswered({ title, problem }: { readonly title: string; readonly problem: Problem | null }) {
  if (problem === null) return null;
  return (
    <Alert title={title} variant="warning">
      {problem.sentence}
    </Alert>
  );
}
