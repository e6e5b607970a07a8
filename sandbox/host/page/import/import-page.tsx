import { Button, FileInput, NativeSelect, Textarea, Title } from '@mantine/core';
import { useState } from 'react';
import { PageError, readDefinitions } from '../crm.ts';
import { usePulse } from '../pulse.tsx';
import { useReading } from '../reading.ts';
import type { RecordType } from '../record/read-record.ts';
import { planImport } from './plan-import.ts';
import { type ImportReport, runImport } from './run-import.ts';

const EXAMPLE = 'email,hs_lead_status\nada@example.com,UNQUALIFIED';

/** A CSV file that changes records, as people import them: chosen or pasted, looked at, carried out. */
export const ImportPage = () => {
  const { revision, touch } = usePulse();
  const [type, setType] = useState<RecordType>('contacts');
  const [text, setText] = useState('');
  const [running, setRunning] = useState(false);
  const [report, setReport] = useState<ImportReport>();
  const [problem, setProblem] = useState<string>();
  const { reading } = useReading(`definitions/${type}`, revision, () => readDefinitions(type));
  const plan = text.trim() && reading.status === 'success' ? planImport(text, reading.data) : undefined;
  const change = (next: string): void => {
    setText(next);
    setReport(undefined);
    setProblem(undefined);
  };
  const run = async (): Promise<void> => {
    if (!plan?.ok) return;
    setRunning(true);
    setProblem(undefined);
    try {
      setReport(await runImport(type, plan));
      touch();
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      setProblem(error.sentence);
    } finally {
      setRunning(false);
    }
  };
  const problems = problem ?? (plan && !plan.ok ? plan.problem : undefined);
  return (
    <section className="panel import-page">
      <Title order={1} size="h2">
        Import
      </Title>
      <p>
        A CSV file: the first column is <code>id</code> or <code>email</code>, the others are internal names
        of properties. Empty cells change nothing; an unknown e-mail address becomes a new contact.
      </p>
      <NativeSelect
        label="Records"
        value={type}
        onChange={({ currentTarget }) => {
          setType(currentTarget.value === 'leads' ? 'leads' : 'contacts');
          setReport(undefined);
        }}
        data={[
          { value: 'contacts', label: 'Contacts' },
          { value: 'leads', label: 'Leads' },
        ]}
      />
      <FileInput
        label="File"
        placeholder="Choose a CSV file"
        accept=".csv,text/csv"
        onChange={(file) => void file?.text().then(change)}
      />
      <Textarea
        label="Or its text"
        placeholder={EXAMPLE}
        autosize
        minRows={5}
        maxRows={16}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {problems && (
        <p className="text-danger breakable" role="alert">
          {problems}
        </p>
      )}
      <Button disabled={!plan?.ok} loading={running} onClick={() => void run()}>
        {plan?.ok ? `Import ${plan.rows.length} rows` : 'Import'}
      </Button>
      {report && <Report report={report} />}
    </section>
  );
};

const Report = ({ report: { number, updated, created, refusals } }: { report: ImportReport }) => (
  <div className={`ext-alert tone-${refusals.length ? 'warning' : 'success'}`} role="status">
    <div>
      <strong>
        Import {number}: {updated} updated, {created} created.
      </strong>
      {refusals.length > 0 && (
        <>
          <div>Not all rows were taken:</div>
          <ul className="plain-list">
            {refusals.map((refusal) => (
              <li key={refusal} className="breakable">
                {refusal}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  </div>
);
