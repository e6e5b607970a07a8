import { Anchor } from '@mantine/core';
import { type CrmObject, readAssociated, searchObjects } from '../crm.ts';
import { momentIn, toMillis } from '../moments.ts';
import { usePulse } from '../pulse.tsx';
import { useReading } from '../reading.ts';
import { go } from '../route.ts';
import { nameOf, useSession } from '../session.tsx';
import { EmptyView, ErrorView, LoadingView } from '../states.tsx';

const SHOWN = 50;

/** The open tasks of whoever uses the page, the soonest due first. */
export const Inbox = ({ leave }: { leave: () => void }) => {
  const { config, user } = useSession();
  const { revision } = usePulse();
  const { reading, reload } = useReading(`inbox/${user.id}`, revision, () =>
    user.ownerId
      ? searchObjects('tasks', {
          filters: [
            { propertyName: 'hubspot_owner_id', operator: 'EQ', value: user.ownerId },
            { propertyName: 'hs_task_status', operator: 'NEQ', value: 'COMPLETED' },
          ],
          properties: ['hs_task_subject', 'hs_task_body', 'hs_task_status', 'hs_timestamp'],
          sort: { propertyName: 'hs_timestamp', direction: 'ASCENDING' },
          limit: SHOWN,
        })
      : Promise.resolve({ results: [] }),
  );
  if (reading.status === 'loading') return <LoadingView label="Looking for tasks" />;
  if (reading.status === 'error')
    return (
      <ErrorView
        title="The tasks could not be read"
        sentence={reading.sentence}
        retry={() => void reload()}
      />
    );
  const { results } = reading.data;
  if (!results.length) return <EmptyView>{nameOf(user)} has no open tasks.</EmptyView>;
  return (
    <ol className="timeline">
      {results.map((task) => (
        <TaskRow key={task.id} task={task} timeZone={config.timeZone} leave={leave} />
      ))}
    </ol>
  );
};

const TaskRow = ({ task, timeZone, leave }: { task: CrmObject; timeZone: string; leave: () => void }) => {
  const due = toMillis(task.properties['hs_timestamp']);
  const open = async (): Promise<void> => {
    const [contact] = await readAssociated('tasks', task.id, 'contacts');
    const [lead] = contact ? [] : await readAssociated('tasks', task.id, 'leads');
    if (!contact && !lead) return;
    go(contact ? `/contacts/${contact}` : `/leads/${lead}`);
    leave();
  };
  return (
    <li>
      <div>
        <Anchor component="button" type="button" size="sm" ta="left" onClick={() => void open()}>
          {task.properties['hs_task_subject'] ?? 'Task'}
        </Anchor>
        {due !== undefined && <div className="hint">due {momentIn(timeZone, due)}</div>}
      </div>
    </li>
  );
};
