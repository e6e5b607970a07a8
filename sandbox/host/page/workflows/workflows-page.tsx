import { Switch, Title } from '@mantine/core';
import { PageError, readDefinitions } from '../crm.ts';
import { NavLink } from '../nav-link.tsx';
import { useNotify } from '../notices.tsx';
import { usePulse } from '../pulse.tsx';
import { useReading } from '../reading.ts';
import { useSession } from '../session.tsx';
import { EmptyView, ErrorView, LoadingView } from '../states.tsx';
import { readActions, readLists, readWorkflows, switchWorkflow, type Workflow } from './read-workflows.ts';
import { WorkflowForm } from './workflow-form.tsx';

/** The portal's workflows, and a form for a new one. */
export const WorkflowsPage = () => {
  const { config } = useSession();
  const { revision } = usePulse();
  const { reading, reload } = useReading('workflows', revision, async () => {
    const [workflows, actions, definitions, lists] = await Promise.all([
      readWorkflows(config.portalId),
      readActions(config.portalId),
      readDefinitions('contacts'),
      readLists(),
    ]);
    return { workflows, actions, definitions, lists };
  });
  if (reading.status === 'loading') return <LoadingView label="Reading the workflows" />;
  if (reading.status === 'error')
    return (
      <ErrorView
        title="The workflows could not be read"
        sentence={reading.sentence}
        retry={() => void reload()}
      />
    );
  const { workflows, actions, definitions, lists } = reading.data;
  return (
    <>
      <section className="panel">
        <Title order={1} size="h2">
          Workflows
        </Title>
        {workflows.length === 0 && <EmptyView>No workflow yet. Make one below.</EmptyView>}
        <ul className="plain-list">
          {workflows.map((workflow) => (
            <Row key={workflow.id} workflow={workflow} changed={() => void reload()} />
          ))}
        </ul>
      </section>
      <WorkflowForm actions={actions} definitions={definitions} lists={lists} made={() => void reload()} />
    </>
  );
};

const Row = ({ workflow, changed }: { readonly workflow: Workflow; readonly changed: () => void }) => {
  const { config } = useSession();
  const notify = useNotify();
  const { id, name, isEnabled, enrolled, active } = workflow;
  const toggle = async (): Promise<void> => {
    try {
      await switchWorkflow(config.portalId, id, !isEnabled);
      changed();
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      notify({ type: 'danger', title: `“${name}” was not switched`, message: error.sentence });
    }
  };
  return (
    <li className="record-line">
      <Switch size="xs" aria-label={`${name} is on`} checked={isEnabled} onChange={() => void toggle()} />
      <NavLink to={`/workflows/${id}`}>{name}</NavLink>
      <span className="hint">
        {enrolled} enrolled, {active} under way
      </span>
    </li>
  );
};
