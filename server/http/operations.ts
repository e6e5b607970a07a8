/** Addresses for those who run the server. They name no portal and no person. */

import { z } from 'zod';
import type { OpenRoute } from './route.ts';

const JSON_TYPE = 'application/json';

const alive = z.object({ ok: z.literal(true) });
const readinessAnswer = z.object({
  ready: z.boolean(),
  checks: z.record(z.string(), z.string()).describe('"ok" or what is missing, for each thing that is needed'),
});

export const OPERATION_ROUTES: readonly OpenRoute[] = [
  {
    caller: 'anyone',
    method: 'get',
    path: '/healthz',
    name: 'isAlive',
    summary: 'The process answers. Restart it when this fails.',
    contentType: JSON_TYPE,
    answer: alive,
    run: async () => ({ status: 200, content: JSON.stringify({ ok: true } satisfies z.infer<typeof alive>) }),
  },
  {
    caller: 'anyone',
    method: 'get',
    path: '/readyz',
    name: 'isReady',
    summary: 'Whether requests may be sent here: 200 when all that is needed answers, else 503.',
    contentType: JSON_TYPE,
    answer: readinessAnswer,
    run: async ({ readiness }) => {
      const state = await readiness();
      return { status: state.ready ? 200 : 503, content: JSON.stringify(state) };
    },
  },
  {
    caller: 'anyone',
    method: 'get',
    path: '/metrics',
    name: 'readMetrics',
    summary: "Numbers in Prometheus' text format.",
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    answer: z.string(),
    run: async ({ readMetrics }) => ({ status: 200, content: await readMetrics() }),
  },
  {
    caller: 'anyone',
    method: 'get',
    path: '/openapi.json',
    name: 'describeApi',
    summary: 'This description.',
    contentType: JSON_TYPE,
    answer: z.looseObject({ openapi: z.string() }),
    run: async ({ openapi }) => ({ status: 200, content: openapi }),
  },
];
