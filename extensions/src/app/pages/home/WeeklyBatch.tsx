import {
  Alert,
  Button,
  Checkbox,
  EmptyState,
  ErrorState,
  Flex,
  Heading,
  LoadingSpinner,
  Text,
} from '@hubspot/ui-extensions';
import type { BatchPage } from '@mql-rejection-loop/domain/contract/queues';
import { chosenRows, type BatchState } from './batchState.ts';
import { BatchTable } from './BatchTable.tsx';
import { Filters } from './Filters.tsx';
import { OverrideForm } from './OverrideForm.tsx';
import { Outcomes } from './Outcomes.tsx';
import { Pages } from './Pages.tsx';
import { UndoForm } from './UndoForm.tsx';
import { useBatch, type BatchControls, type HostActions } from './useBatch.ts';
import { approveCount, shownOf, WORDS } from './words.ts';

type Props = {
  readonly context: { readonly variables?: Readonly<Record<string, unknown>> };
  readonly actions: HostActions;
};

/** The rejections whose steps wait for a review: approve them, override one with another reason, or undo one. */
export function WeeklyBatch({ context, actions }: Props) {
  const [state, controls] = useBatch(context.variables?.['API_BASE_URL'], actions);
  const { look } = state;
  return (
    <Flex direction="column" gap="md">
      <Heading>{WORDS.title}</Heading>
      <Outcomes outcomes={state.outcomes} onDismiss={controls.dismiss} />
      <NotDecided state={state} controls={controls} />
      {look.kind === 'loading' && <LoadingSpinner label={WORDS.loading} showLabel layout="centered" />}
      {look.kind === 'failed' && (
        <ErrorState title={WORDS.notLoaded}>
          <Text>{look.problem.sentence}</Text>
          {look.problem.retry && <Button onClick={controls.look}>{WORDS.tryAgain}</Button>}
        </ErrorState>
      )}
      {look.kind === 'ready' && (
        <Page page={look.page} stale={look.stale} state={state} controls={controls} />
      )}
    </Flex>
  );
}

type PageProps = {
  readonly page: BatchPage;
  readonly stale: boolean;
  readonly state: BatchState;
  readonly controls: BatchControls;
};

function Page({ page, stale, state, controls }: PageProps) {
  if (page.waiting === 0)
    return (
      <EmptyState title={WORDS.nothingTitle} imageName="task">
        <Text>{page.sentence}</Text>
        <Text>{WORDS.nothing}</Text>
        <Button onClick={controls.look}>{WORDS.refresh}</Button>
      </EmptyState>
    );
  const { rows } = page;
  return (
    <Flex direction="column" gap="md">
      <Text format={{ fontWeight: 'demibold' }}>{page.sentence}</Text>
      {stale && (
        <Alert title={WORDS.stale} variant="warning">
          <Button size="sm" onClick={controls.look}>
            {WORDS.refresh}
          </Button>
        </Alert>
      )}
      <Filters key={state.clears} reasons={page.reasons} filter={state.filter} onFilter={controls.filter} />
      <Form page={page} state={state} controls={controls} />
      {rows.length === 0 ? (
        <EmptyState title={WORDS.noMatchTitle} layout="vertical" imageName="voteAndSearch">
          <Text>{WORDS.noMatch}</Text>
          <Button onClick={controls.clearFilter}>{WORDS.clearFilter}</Button>
        </EmptyState>
      ) : (
        <>
          <Decide page={page} state={state} controls={controls} />
          <BatchTable rows={rows} state={state} controls={controls} />
          <Pages after={state.after} next={page.next} onTurn={controls.turnTo} />
        </>
      )}
    </Flex>
  );
}

type PartProps = Omit<PageProps, 'stale'>;

function Form({ page, state, controls }: PartProps) {
  const { open } = state;
  if (open === null) return null;
  const sending = state.send.kind === 'sending';
  const { row } = open;
  const close = () => controls.open(null);
  switch (open.kind) {
    case 'override':
      return (
        <OverrideForm
          key={row.id}
          row={row}
          reasons={page.overrideReasons}
          sending={sending}
          onSend={(reason, note) => controls.override(row, reason, note)}
          onCancel={close}
        />
      );
    case 'undo':
      return (
        <UndoForm
          key={row.id}
          row={row}
          sending={sending}
          onSend={(reason) => controls.undo(row, reason)}
          onCancel={close}
        />
      );
  }
}

function Decide({ page, state, controls }: PartProps) {
  const { send } = state;
  const chosen = chosenRows(state);
  const approving = send.kind === 'sending' && send.decision.kind === 'approve';
  return (
    <Flex direction="row" gap="sm" align="center" wrap>
      <Button
        variant="primary"
        disabled={chosen.length === 0 || send.kind === 'sending'}
        onClick={controls.approve}
      >
        {approving ? WORDS.approving : approveCount(chosen.length)}
      </Button>
      <Checkbox
        name="select-all"
        checked={chosen.length === page.rows.length}
        onChange={(on) =>
          controls.select(
            page.rows.map(({ id }) => id),
            on,
          )
        }
      >
        {WORDS.selectAll}
      </Checkbox>
      <Text variant="microcopy">{shownOf(page.rows.length, page.total)}</Text>
    </Flex>
  );
}

function NotDecided({ state, controls }: Pick<PartProps, 'state' | 'controls'>) {
  const { send } = state;
  if (send.kind !== 'failed' && send.kind !== 'refused') return null;
  return (
    <Alert title={send.kind === 'failed' ? WORDS.notThrough : WORDS.notTaken} variant="warning">
      <Flex direction="column" gap="sm" align="start">
        <Text>{send.problem.sentence}</Text>
        {send.problem.retry && (
          <Button size="sm" onClick={controls.sendAgain}>
            {WORDS.tryAgain}
          </Button>
        )}
      </Flex>
    </Alert>
  );
}
