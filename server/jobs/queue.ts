/**
 * The door to the job queue: pg-boss on the store's own database, so that a job is written with the row it belongs to
 * or not at all. Payloads hold ids only, and a job may run twice. What is owed is in the tables (plan steps, stale
 * snapshots); a job merely says that a portal has something to do, so one waiting and one running per portal suffice.
 */

import { fromKysely, PgBoss } from 'pg-boss';
import type { Store } from '../store/db.ts';
import { QUEUE_CONNECTION, type StoreLog } from '../store/door.ts';
import type { Handle } from '../store/schema.ts';
import { createTurns } from './turns.ts';

type JobRow = {
  /** Jobs of this name that one process runs at a time, each for another portal. */
  readonly atOnce: number;
  /** Cron expression (UTC) of a job that nobody has to wake. */
  readonly cron: string | null;
};

/** Every job. The name is also the name of its queue, and must stay once it has left the building. */
export const JOBS = {
  'drain-plans': { atOnce: 4, cron: null },
  'refresh-snapshots': { atOnce: 2, cron: null },
  'guard-records': { atOnce: 2, cron: null },
  'watch-sla': { atOnce: 2, cron: null },
  'wake-leads': { atOnce: 1, cron: null },
  'enrich-leads': { atOnce: 1, cron: null },
  'find-escalations': { atOnce: 1, cron: null },
  'provision-portal': { atOnce: 1, cron: null },
  sweep: { atOnce: 1, cron: '* * * * *' },
  'repair-portals': { atOnce: 1, cron: '17 3 * * *' },
} as const satisfies Record<string, JobRow>;

export type JobName = keyof typeof JOBS;
/** Jobs about one portal. */
export type PortalJob = {
  [Name in JobName]: (typeof JOBS)[Name]['cron'] extends null ? Name : never;
}[JobName];
/** Jobs that run by the clock. */
export type TimedJob = Exclude<JobName, PortalJob>;

export type PortalPayload = { readonly portalId: number };
type Payload<Name extends JobName> = Name extends PortalJob ? PortalPayload : Readonly<Record<string, never>>;
export type Handler<Name extends JobName> = (payload: Payload<Name>) => Promise<void>;

/** Jobs that failed every time end here, for a person to look at. The sweep wakes their portal all the same. */
export const DEAD_LETTER = 'dead-letter';

/** pg-boss's shortest: a worker that has not been heard of for so long is dead, and its job goes to another. */
const HEARTBEAT_SECONDS = 10;
/** How often dead workers are looked for. */
const MONITOR_SECONDS = 10;
/** A notification wakes a worker at once; this poll is for retries and delayed jobs, which nobody announces. */
const POLL_SECONDS = 1;
/** pg-boss's own connections, on PostgreSQL. */
const MAX_CONNECTIONS = 4;
/** How long a stop waits for jobs under way, in milliseconds; what is cut off then runs again elsewhere. */
const STOP_TIMEOUT_MS = 20_000;

const QUEUE_OPTIONS = {
  policy: 'stately',
  notify: true,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  retryLimit: 5,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  expireInSeconds: 3_600,
  // Finished jobs say nothing that the tables do not; they only make the queue slow.
  deleteAfterSeconds: 3_600,
} as const;

export type Queue = {
  /** Makes the queue ready and starts its workers. Nothing may be woken before. */
  readonly start: () => Promise<void>;
  /** Takes no more jobs and waits for those under way. */
  readonly stop: () => Promise<void>;
  /**
   * Writes the job inside the caller's transaction: it runs once that is committed, or at `startAfter`, and not at all
   * after a rollback. A portal that has this job waiting already keeps that one, at the earlier of the two times; many
   * that wake the same in one transaction write it once, at its end. Where the job runs in this process, nothing is
   * written: it runs once more before it ends (turns.ts).
   */
  readonly wake: (
    tx: Handle,
    job: PortalJob,
    payload: PortalPayload,
    options?: { readonly startAfter?: Date },
  ) => Promise<void>;
  /**
   * Says what a job does; once per job, before `start`. A handler that rejects is run again with growing waits, at
   * last it goes to the dead letters.
   */
  readonly work: <Name extends JobName>(job: Name, handler: Handler<Name>) => void;
};

export function createQueue(store: Store, { log }: { readonly log: StoreLog }): Queue {
  const boss = new PgBoss({
    ...(store.bossOptions.backend === 'pglite'
      ? { backend: 'pglite', db: store.bossOptions.db }
      : { connectionString: store.bossOptions.connectionString, max: MAX_CONNECTIONS }),
    application_name: QUEUE_CONNECTION,
    useListenNotify: true,
    superviseIntervalSeconds: MONITOR_SECONDS,
    monitorIntervalSeconds: MONITOR_SECONDS,
  });
  boss.on('error', (error) => log.error({ err: error }, 'The job queue met an error; it carries on.'));
  boss.on('warning', (warning) => log.warn({ warning: warning.message }, 'The job queue warns.'));

  const handlers = new Map<JobName, (payload: never) => Promise<void>>();
  const turns = createTurns();

  async function createQueues(): Promise<void> {
    const known = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]));
    if (!known.has(DEAD_LETTER)) await boss.createQueue(DEAD_LETTER, { deleteAfterSeconds: 30 * 86_400 });
    const { policy, ...changeable } = QUEUE_OPTIONS;
    const options = Object.keys(changeable) as (keyof typeof changeable)[];
    for (const name of Object.keys(JOBS) as JobName[]) {
      const found = known.get(name);
      if (found === undefined)
        await boss.createQueue(name, { policy, ...changeable, deadLetter: DEAD_LETTER });
      // A queue from an earlier release keeps its options otherwise.
      else if (options.some((option) => found[option] !== changeable[option]))
        await boss.updateQueue(name, changeable);
    }
  }

  /** Jobs whose process is gone go to the queue's next worker instead of waiting until nobody has heard of them. */
  async function releaseAbandoned(): Promise<void> {
    const active = `select name, array_agg(id::text) as ids from pgboss.job
      where state = 'active' and name = any($1) group by name`;
    const { rows }: { readonly rows: readonly { readonly name: string; readonly ids: string[] }[] } =
      await boss.getDb().executeSql(active, [Object.keys(JOBS)]);
    for (const { name, ids } of rows) await boss.fail(name, ids, { message: 'Its process has ended.' });
  }

  async function startWorkers(): Promise<void> {
    for (const [name, handler] of handlers) {
      for (let i = 0; i < JOBS[name].atOnce; i += 1) await startWorker(name, handler);
      const { cron } = JOBS[name];
      if (cron !== null) await boss.schedule(name, cron, null, { tz: 'UTC' });
    }
  }

  async function startWorker(name: JobName, handler: (payload: never) => Promise<void>): Promise<void> {
    let workerId: string | null = null;
    const options = { pollingIntervalSeconds: POLL_SECONDS, notifyPollingIntervalSeconds: POLL_SECONDS };
    workerId = await boss.work(name, options, async (jobs: { readonly data: unknown }[]) => {
      for (const job of jobs) await run(name, handler, job.data ?? {});
      // Where jobs wait, the next one is taken at once; by itself a worker would wait for the poll.
      if (workerId !== null) boss.notifyWorker(workerId);
    });
  }

  async function run(
    name: JobName,
    handler: (payload: never) => Promise<void>,
    payload: object,
  ): Promise<void> {
    try {
      const { portalId } = payload as Partial<PortalPayload>;
      if (portalId === undefined) await handler(payload as never);
      else await turns.run(turnOf(name, portalId), () => handler(payload as never));
    } catch (error) {
      log.warn({ err: error, job: name, ...payload }, 'A job failed; it is tried again.');
      // pg-boss stores what is thrown. The error itself may hold a person's data; the log, which takes that out, has it.
      throw new Error(`${name} failed (${error instanceof Error ? error.name : typeof error}); see the log.`);
    }
  }

  async function send(
    tx: Handle,
    job: PortalJob,
    portalId: number,
    startAfter: Date | undefined,
  ): Promise<void> {
    const db = fromKysely(tx.withoutPlugins());
    const key = String(portalId);
    if (startAfter !== undefined) {
      const waiting = await boss.findJobs<object>(job, { key, queued: true, db });
      if (waiting.some((one) => one.startAfter <= startAfter)) return;
    }
    // Also locks a job that waits already, so that no worker takes it (and finds nothing) before this commit.
    await boss.upsert(job, { portalId }, { singletonKey: key, startAfter: startAfter ?? 0, db });
  }

  return {
    start: async () => {
      // Two that start in the same moment may both find nobody and take a job from each other: it then runs twice.
      const alone = !(await store.hasQueues());
      await boss.start();
      await createQueues();
      if (alone) await releaseAbandoned();
      // What a killed process left behind is looked for at once: one that dies again within the interval never would.
      else await boss.supervise();
      await startWorkers();
    },
    stop: () => {
      turns.close();
      return boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
    },
    wake: (tx, job, { portalId }, { startAfter } = {}) =>
      store.beforeCommit(tx, `${job} ${portalId} ${startAfter?.toISOString() ?? ''}`, async (end) => {
        const over = startAfter === undefined ? turns.join(turnOf(job, portalId)) : null;
        if (over !== null) return over;
        await send(end, job, portalId, startAfter);
      }),
    work: (job, handler) => {
      if (handlers.has(job)) throw new Error(`The job ${job} has a handler already.`);
      handlers.set(job, handler);
    },
  };
}

const turnOf = (job: JobName, portalId: number): string => `${job} ${portalId}`;
