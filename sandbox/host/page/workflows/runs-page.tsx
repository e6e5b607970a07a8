import { Button, Title } from '@mantine/core';
import { momentIn } from '../moments.ts';
import { NavLink } from '../nav-link.tsx';
import { usePulse } from '../pulse.tsx';
import { useReading } from '../reading.ts';
import { useSession } from '../session.tsx';
import { EmptyView, ErrorView, LoadingView } from '../states.tsx';
import { readRuns, type Run } from './read-workflows.ts';

/** What a workflow did with each record, newest first. */
export const RunsPage = ({ id }: { readonly id: string }) => {
  const { config } = useSession();
  const { revision } = usePulse();
  const { reading, reload } = useReading(`workflows/${id}`, revision, () => readRuns(config.portalId, id));
  if (reading.status === 'loading') return <LoadingView label="Reading the runs" />;
  if (reading.status === 'error')
    return (
      <ErrorView
        title="The workflow could not be read"
        sentence={reading.sentence}
        retry={() => void reload()}
      />
    );
  const { workflow, runs } = reading.data;
  return (
    <section className="panel">
      <NavLink to="/workflows">← Workflows</NavLink>
      <Title order={1} size="h2" className="breakable">
        {workflow.name}
      </Title>
      <Button size="compact-sm" variant="default" onClick={() => void reload()}>
        Look again
      </Button>
      {runs.length === 0 && <EmptyView>No record has been enrolled yet.</EmptyView>}
      <ul className="plain-list">
        {runs.map((run) => (
          <RunView key={run.enrollmentId} run={run} />
        ))}
      </ul>
    </section>
  );
};

const RunView = ({ run }: { readonly run: Run }) => {
  const { config } = useSession();
  return (
    <li data-run={run.state}>
      <NavLink to={`/contacts/${run.objectId}`}>Contact {run.objectId}</NavLink>{' '}
      <span className="hint">{run.state}</span>
      <ol>
        {run.lines.map(({ at, step, outcome, text }, index) => (
          <li key={index} className="breakable">
            {step}: {outcome}. {text} <span className="hint">{momentIn(config.timeZone, at)}</span>
          </li>
        ))}
      </ol>
    </li>
  );
};
