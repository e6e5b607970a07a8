/** What the processor is busy with, in a dozen words: which files belong to which area. The one list. */

import type { Frame, Sample } from './cpuProfile.ts';

type AreaRow = {
  readonly area: string;
  readonly colour: string;
  /** Beginnings of files, from the repository's root, or whole names of V8's own frames. */
  readonly of: readonly string[];
  /** Names of native functions, which have no file. */
  readonly native?: readonly string[];
};

const packages = (...names: readonly string[]): string[] => names.map((name) => `node_modules/${name}/`);

export const AREAS: readonly AreaRow[] = [
  { area: 'idle', colour: '#e9ecef', of: ['(idle)'] },
  { area: 'garbage collection', colour: '#868e96', of: ['(garbage collector)'] },
  {
    area: 'system calls: sockets',
    colour: '#adb5bd',
    of: ['(program)'],
    native: [
      'writev',
      'writeBuffer',
      'writeUtf8String',
      'writeLatin1String',
      'readStart',
      'shutdown',
      'close',
    ],
  },
  { area: 'ours: rules (src)', colour: '#2b8a3e', of: ['src/'] },
  { area: 'ours: http', colour: '#37b24d', of: ['server/http/'] },
  { area: 'ours: flows', colour: '#51cf66', of: ['server/flows/'] },
  { area: 'ours: store and jobs', colour: '#69db7c', of: ['server/store/', 'server/jobs/'] },
  { area: 'ours: HubSpot gateway', colour: '#8ce99a', of: ['server/hubspot/'] },
  { area: 'ours: everything else', colour: '#b2f2bb', of: ['server/'] },
  { area: 'kysely (SQL text)', colour: '#f76707', of: packages('kysely') },
  {
    area: 'pg driver',
    colour: '#fd7e14',
    of: packages('pg', 'pg-protocol', 'pg-pool', 'pg-types', 'pg-connection-string', 'postgres-'),
  },
  { area: 'pg-boss (queue)', colour: '#ffa94d', of: packages('pg-boss') },
  { area: 'rate limiter', colour: '#ffc078', of: packages('rate-limiter-flexible') },
  {
    area: 'express, helmet',
    colour: '#1c7ed6',
    of: packages(
      'express',
      'router',
      'body-parser',
      'raw-body',
      'helmet',
      'send',
      'finalhandler',
      'accepts',
      'type-is',
      'content-type',
      'on-finished',
      'path-to-regexp',
      'iconv-lite',
    ),
  },
  { area: 'zod', colour: '#4dabf7', of: packages('zod') },
  { area: 'logs and metrics', colour: '#74c0fc', of: packages('pino', 'prom-client', 'sonic-boom') },
  {
    area: 'HubSpot SDK and fetch',
    colour: '#be4bdb',
    of: ['node:internal/deps/undici', ...packages('@hubspot', 'node-fetch')],
  },
  { area: 'calendar, phone numbers', colour: '#e599f7', of: packages('temporal-', 'libphonenumber-js') },
  {
    area: 'crypto',
    colour: '#e03131',
    of: ['node:internal/crypto'],
    native: ['Hmac', 'Hash', 'update', 'digest', 'timingSafeEqual', 'randomUUID'],
  },
  { area: 'Node: http, streams, timers', colour: '#fab005', of: ['node:'] },
  { area: 'other packages', colour: '#ffe066', of: ['node_modules/'] },
];

const NATIVE = { area: 'other native code (JSON, buffers, promises)', colour: '#ced4da' };

/** A beginning ends at a folder, or goes on within its name where the list leaves it open with a dash. */
const belongs = ({ name, file }: Frame, beginning: string): boolean =>
  beginning.startsWith('(')
    ? name === beginning
    : beginning.endsWith('-/')
      ? file.startsWith(beginning.slice(0, -1))
      : file.startsWith(beginning);

export const areaOf = (frame: Frame): { readonly area: string; readonly colour: string } =>
  AREAS.find(
    ({ of, native = [] }) =>
      of.some((beginning) => belongs(frame, beginning)) || (frame.file === '' && native.includes(frame.name)),
  ) ?? NATIVE;

export type Share = { readonly area: string; readonly micros: number };

/** Time by area, by the frame in which the processor was; the longest first. */
export const selfTime = (samples: readonly Sample[]): readonly Share[] => {
  const sums = new Map<string, number>();
  for (const { stack, micros } of samples) {
    const frame = stack.at(-1);
    if (frame === undefined) continue;
    const { area } = areaOf(frame);
    sums.set(area, (sums.get(area) ?? 0) + micros);
  }
  return [...sums].map(([area, micros]) => ({ area, micros })).sort((a, b) => b.micros - a.micros);
};

/**
 * Time by what it is done for: the outermost function of ours on the stack. Work that a callback of a driver goes on with
 * has none, since a stack ends at the event loop.
 */
export const byWork = (samples: readonly Sample[]): readonly Share[] => {
  const sums = new Map<string, number>();
  for (const { stack, micros } of samples) {
    const work = workOf(stack);
    if (work !== null) sums.set(work, (sums.get(work) ?? 0) + micros);
  }
  return [...sums].map(([area, micros]) => ({ area, micros })).sort((a, b) => b.micros - a.micros);
};

/** Files of ours and what they are for, the first that fits. */
const WORKS = [
  { work: 'answering the rep', of: /^server\/(?:http\/|flows\/(?:recordRejection|situation|answers))/ },
  { work: 'answering the rep', of: /^server\/store\/(?:groupCommit|ledger|standingAnswers|rollups)/ },
  { work: 'carrying plans out', of: /^server\/(?:hubspot\/|flows\/drainPlans|store\/planSteps)/ },
  { work: 'reading leads again after a webhook', of: /^server\/(?:flows|store)\/(?:takeWebhooks|snapshots)/ },
  { work: 'ours, for either', of: /^(?:server|src)\// },
] as const;

const workOf = (stack: readonly Frame[]): string | null => {
  if (stack.at(-1)?.name === '(idle)') return null;
  for (const { file } of stack) {
    const found = WORKS.find(({ of }) => of.test(file));
    if (found !== undefined) return found.work;
  }
  return 'callbacks of drivers and of Node';
};

/** The functions in which the processor was longest, idle time left out. */
export const hottest = (samples: readonly Sample[], count: number): readonly Share[] => {
  const sums = new Map<string, number>();
  for (const { stack, micros } of samples) {
    const frame = stack.at(-1);
    if (frame === undefined || frame.name === '(idle)') continue;
    const name = frame.file === '' ? frame.name : `${frame.name} ${frame.file}`;
    sums.set(name, (sums.get(name) ?? 0) + micros);
  }
  return [...sums]
    .map(([area, micros]) => ({ area, micros }))
    .sort((a, b) => b.micros - a.micros)
    .slice(0, count);
};
