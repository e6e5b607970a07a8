import {
  Alert,
  Button,
  ErrorState,
  Flex,
  List,
  LoadingSpinner,
  ProgressBar,
  Select,
  Text,
  TextArea,
} from '@hubspot/ui-extensions';
import type { BulkRequest, BulkRow, ReasonsAnswer } from '@mql-rejection-loop/domain/contract/bulk';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { createBulkApi, type BulkApi } from './api.ts';
import type { Result } from './call.ts';
import { useLatest } from './latest.ts';
import { useBulk, type Choice, type Progress } from './useBulk.ts';
import { intro, progressOf, rejectCount, rowLine, titleOf, WORDS } from './words.ts';

type Props = {
  readonly context: {
    readonly crm: { readonly objectIds: readonly (string | number)[]; readonly objectTypeId: string };
    readonly variables?: Readonly<Record<string, unknown>>;
  };
  readonly actions: { readonly reloadPage: () => void };
};

/** One reason for many records: chosen once, sent in parts, answered row by row. */
export function BulkReject({ context, actions }: Props) {
  const baseUrl = context.variables?.['API_BASE_URL'];
  const api = useMemo(() => createBulkApi(baseUrl), [baseUrl]);
  const [look, setLook] = useState<Result<ReasonsAnswer> | null>(null);
  const read = useCallback(async () => {
    setLook(null);
    setLook(await api.readReasons());
  }, [api]);
  useEffect(() => void read(), [read]);
  if (look === null) return <LoadingSpinner label={WORDS.loading} showLabel layout="centered" />;
  if (look.kind !== 'answer')
    return (
      <ErrorState title={WORDS.notLoaded}>
        <Text>{look.sentence}</Text>
        {look.retry && <Button onClick={() => void read()}>{WORDS.tryAgain}</Button>}
      </ErrorState>
    );
  const objectIds = context.crm.objectIds.map(String);
  if (objectIds.length === 0) return <Text>{WORDS.nothing}</Text>;
  // The metafile decides where the action appears, and the server refuses any other type.
  const objectTypeId = context.crm.objectTypeId as BulkRequest['objectTypeId'];
  return (
    <Selection
      answer={look.answer}
      api={api}
      objectIds={objectIds}
      objectTypeId={objectTypeId}
      onClose={actions.reloadPage}
    />
  );
}

type SelectionProps = {
  readonly answer: ReasonsAnswer;
  readonly api: BulkApi;
  readonly objectIds: readonly string[];
  readonly objectTypeId: BulkRequest['objectTypeId'];
  readonly onClose: () => void;
};

function Selection({ answer, api, objectIds, objectTypeId, onClose }: SelectionProps) {
  const { progress, start, goOn } = useBulk(api, objectTypeId);
  const [choice, edit, latest] = useLatest<Choice>(() => ({ reason: '', note: '' }));
  const rows = [...progress.rows.values()];
  const later = rows.filter(({ result }) => result === 'later').map(({ objectId }) => objectId);
  const asking = progress.kind === 'idle' || progress.refused;
  return (
    <Flex direction="column" gap="md">
      {asking && (
        <>
          <Text>{intro(objectIds.length)}</Text>
          <Form
            reasons={answer.reasons}
            choice={choice}
            onChange={(typed) => edit((before) => ({ ...before, ...typed }))}
            label={rejectCount(objectIds.length)}
            onSend={() => start(objectIds, latest(), answer.atOnce)}
          />
        </>
      )}
      {!asking && (
        <ProgressBar
          title={progress.kind === 'sending' ? WORDS.sending : WORDS.progress}
          value={rows.length}
          maxValue={objectIds.length}
          valueDescription={progressOf(rows.length, objectIds.length)}
          showPercentage
        />
      )}
      <Stopped progress={progress} onGoOn={goOn} />
      <Rows rows={rows} />
      {progress.kind === 'done' && (
        <Flex direction="row" gap="sm">
          {later.length > 0 && (
            <Button onClick={() => start(later, latest(), answer.atOnce)}>{WORDS.again}</Button>
          )}
          <Button variant="primary" onClick={onClose}>
            {WORDS.close}
          </Button>
        </Flex>
      )}
    </Flex>
  );
}

type FormProps = {
  readonly reasons: ReasonsAnswer['reasons'];
  readonly choice: Choice;
  readonly onChange: (typed: Partial<Choice>) => void;
  readonly label: string;
  readonly onSend: () => void;
};

function Form({ reasons, choice, onChange, label, onSend }: FormProps) {
  const chosen = reasons.find(({ code }) => code === choice.reason);
  const noteMissing = chosen?.noteRequired === true && choice.note.trim() === '';
  return (
    <Flex direction="column" gap="sm">
      <Select
        name="bulk-reason"
        label={WORDS.reason}
        placeholder={WORDS.pickReason}
        required
        options={reasons.map(({ code, label: words }) => ({ value: code, label: words }))}
        onChange={(reason) => onChange({ reason: String(reason) })}
        {...(choice.reason !== '' && { value: choice.reason })}
      />
      {chosen !== undefined && <Text variant="microcopy">{chosen.meaning}</Text>}
      <TextArea
        name="bulk-note"
        label={chosen?.noteRequired === true ? WORDS.noteNeeded : WORDS.note}
        required={chosen?.noteRequired ?? false}
        rows={2}
        onInput={(note) => onChange({ note })}
        onChange={(note) => onChange({ note })}
        {...(chosen?.noteHint != null && { description: chosen.noteHint })}
      />
      <Flex direction="row">
        <Button variant="primary" disabled={chosen === undefined || noteMissing} onClick={onSend}>
          {label}
        </Button>
      </Flex>
    </Flex>
  );
}

function Stopped({ progress, onGoOn }: { readonly progress: Progress; readonly onGoOn: () => void }) {
  const { problem, refused } = progress;
  if (problem === null) return null;
  return (
    <Alert title={WORDS.stopped} variant="warning">
      <Flex direction="column" gap="sm" align="start">
        <Text>{problem.sentence}</Text>
        {!refused && problem.retry && <Button onClick={onGoOn}>{WORDS.goOn}</Button>}
      </Flex>
    </Alert>
  );
}

/** What was not rejected comes first: it needs somebody. */
function Rows({ rows }: { readonly rows: readonly BulkRow[] }) {
  const rejected = rows.filter(({ result }) => result === 'rejected');
  const others = rows.filter(({ result }) => result !== 'rejected');
  const parts = [
    { label: WORDS.notRejected, of: others },
    { label: WORDS.rejected, of: rejected },
  ].filter(({ of }) => of.length > 0);
  return (
    <>
      {parts.map(({ label, of }) => (
        <Flex key={label} direction="column" gap="xs">
          <Text format={{ fontWeight: 'demibold' }}>{titleOf(label, of)}</Text>
          <List variant="unordered">
            {of.map((row) => (
              <Text key={row.objectId}>{rowLine(row)}</Text>
            ))}
          </List>
        </Flex>
      ))}
    </>
  );
}
