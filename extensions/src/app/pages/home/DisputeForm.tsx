import { Alert, Button, Flex, Heading, Select, Text, TextArea, Tile } from '@hubspot/ui-extensions';
import type {
  DisputeDecisionRequest,
  DisputePage,
  DisputeQuestion,
} from '@mql-rejection-loop/domain/contract/disputes';
import { useState } from 'react';
import type { HomeApi } from './api.ts';
import type { FieldProblem, Problem } from './call.ts';
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

/** One cause, one change, its owner and its day. */
export function DisputeForm({ question, page, api, onDecided, onCancel }: Props) {
  const [cause, setCause] = useState('');
  const [change, setChange] = useState('');
  const [text, setText] = useState('');
  const [owner, setOwner] = useState('');
  const [dueOn, setDueOn] = useState(page.dueOn[1]?.value ?? '');
  const [reopen, setReopen] = useState('');
  const [requestId, setRequestId] = useState(newRequestId);
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState<Failed | null>(null);
  const complete = cause !== '' && change !== '' && owner !== '' && text.trim() !== '';
  const problemOf = (field: string): string | undefined =>
    failed?.fields.find((problem) => problem.field === field)?.sentence;

  const send = async (): Promise<void> => {
    setSending(true);
    // The values of the lists are the server's own, which reads them again.
    const request = {
      requestId,
      group: question.group,
      entryIds: question.entryIds,
      cause,
      change,
      text,
      ownerUserId: Number(owner),
      dueOn,
      reopen: reopen === '' ? null : reopen,
    } as DisputeDecisionRequest;
    const result = await api.decideDispute(request);
    setSending(false);
    if (result.kind === 'answer') {
      onDecided(result.answer.sentence);
      return;
    }
    // What was refused is another intention once it is mended; what failed is sent again as it was.
    if (result.kind === 'refused') setRequestId(newRequestId());
    setFailed({ problem: result, fields: result.kind === 'refused' ? result.problems : [] });
  };

  return (
    <Tile compact>
      <Flex direction="column" gap="sm">
        <Heading>{decideTitle(question)}</Heading>
        <Choice name="cause" label={WORDS.disputeCause} options={page.causes} value={cause} set={setCause} />
        <Choice
          name="change"
          label={WORDS.disputeChange}
          options={page.changes}
          value={change}
          set={setChange}
        />
        <TextArea
          name="decision"
          label={WORDS.disputeText}
          required
          readOnly={sending}
          rows={3}
          onInput={setText}
          onChange={setText}
          {...said(problemOf('text'))}
        />
        <Choice
          name="owner"
          label={WORDS.disputeOwner}
          options={page.owners}
          value={owner}
          set={setOwner}
          problem={problemOf('ownerUserId')}
        />
        <Choice
          name="due"
          label={WORDS.disputeDue}
          options={page.dueOn}
          value={dueOn}
          set={setDueOn}
          problem={problemOf('dueOn')}
        />
        {change === 'definition' && page.reopen.length > 0 && (
          <Choice
            name="reopen"
            label={WORDS.disputeReopen}
            options={[{ value: '', label: WORDS.disputeNotReopened }, ...page.reopen]}
            value={reopen}
            set={setReopen}
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
