import { Alert, Button, Flex, Heading, Select, Text, TextArea, Tile } from '@hubspot/ui-extensions';
import type {
  DisputeDecisionRequest,
  DisputePage,
  DisputeQuestion,
} from '@mql-rejection-loop/domain/contract/disputes';
import { useState } from 'react';
import type { HomeApi } from './api.ts';
import type { FieldProblem, Problem } from './call.ts';
import { useLatest } from './latest.ts';
import { newRequestId } from './requestId.ts';
import { decideTitle, WORDS } from './words.ts';

type Props = {
  readonly question: DisputeQuestion;
  readonly page: DisputePage;
  readonly api: HomeApi;
  readonly onDecided: (sentence: string) => void;
  readonly onCancel: () => void;
};

type Failed = { readonly problem: Problem; readonly fields: readonly FieldProblem[] };

const EMPTY = { cause: '', change: '', text: '', owner: '', dueOn: '', reopen: '' };

/** One cause, one change, its owner and its day. */
export function DisputeForm({ question, page, api, onDecided, onCancel }: Props) {
  const [draft, edit, latest] = useLatest(() => ({ ...EMPTY, dueOn: page.dueOn[1]?.value ?? '' }));
  const [, editRequestId, requestId] = useLatest(newRequestId);
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState<Failed | null>(null);
  const { cause, change, text, owner, dueOn, reopen } = draft;
  const set =
    (field: keyof typeof EMPTY) =>
    (value: string): void =>
      edit((before) => ({ ...before, [field]: value }));
  const complete = cause !== '' && change !== '' && owner !== '' && text.trim() !== '';
  const problemOf = (field: string): string | undefined =>
    failed?.fields.find((problem) => problem.field === field)?.sentence;

  const send = async (): Promise<void> => {
    setSending(true);
    // The values of the lists are the server's own, which reads them again.
    const { owner: ownerId, reopen: kind, ...decided } = latest();
    const request = {
      ...decided,
      requestId: requestId(),
      group: question.group,
      entryIds: question.entryIds,
      ownerUserId: Number(ownerId),
      reopen: kind === '' ? null : kind,
    } as DisputeDecisionRequest;
    const result = await api.decideDispute(request);
    setSending(false);
    if (result.kind === 'answer') {
      onDecided(result.answer.sentence);
      return;
    }
    // What was refused is another intention once it is mended; what failed is sent again as it was.
    if (result.kind === 'refused') editRequestId(newRequestId);
    setFailed({ problem: result, fields: result.kind === 'refused' ? result.problems : [] });
  };

  return (
    <Tile compact>
      <Flex direction="column" gap="sm">
        <Heading>{decideTitle(question)}</Heading>
        <Choice
          name="cause"
          label={WORDS.disputeCause}
          options={page.causes}
          value={cause}
          set={set('cause')}
        />
        <Choice
          name="change"
          label={WORDS.disputeChange}
          options={page.changes}
          value={change}
          set={set('change')}
        />
        <TextArea
          name="decision"
          label={WORDS.disputeText}
          required
          readOnly={sending}
          rows={3}
          onInput={set('text')}
          onChange={set('text')}
          {...said(problemOf('text'))}
        />
        <Choice
          name="owner"
          label={WORDS.disputeOwner}
          options={page.owners}
          value={owner}
          set={set('owner')}
          problem={problemOf('ownerUserId')}
        />
        <Choice
          name="due"
          label={WORDS.disputeDue}
          options={page.dueOn}
          value={dueOn}
          set={set('dueOn')}
          problem={problemOf('dueOn')}
        />
        {change === 'definition' && page.reopen.length > 0 && (
          <Choice
            name="reopen"
            label={WORDS.disputeReopen}
            options={[{ value: '', label: WORDS.disputeNotReopened }, ...page.reopen]}
            value={reopen}
            set={set('reopen')}
          />
        )}
        {failed !== null && (
          <Alert title={WORDS.notTaken} variant="warning">
            <Text>{failed.problem.sentence}</Text>
          </Alert>
        )}
        <Flex direction="row" gap="sm">
          <Button variant="primary" disabled={!complete || sending} onClick={() => void send()}>
            {sending ? WORDS.sending : WORDS.disputeSend}
          </Button>
          <Button disabled={sending} onClick={onCancel}>
            {WORDS.cancel}
          </Button>
        </Flex>
      </Flex>
    </Tile>
  );
}

type ChoiceProps = {
  readonly name: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value: string;
  readonly set: (value: string) => void;
  readonly problem?: string | undefined;
};

function Choice({ name, label, options, value, set, problem }: ChoiceProps) {
  return (
    <Select
      name={`dispute-${name}`}
      label={label}
      options={[...options]}
      onChange={(chosen) => set(String(chosen))}
      {...(value !== '' && { value })}
      {...said(problem)}
    />
  );
}

const said = (problem: string | undefined) =>
  problem === undefined ? {} : { error: true, validationMessage: problem };
