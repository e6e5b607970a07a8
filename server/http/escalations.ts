import { z } from 'zod';
import { escalationAnswer, escalationPage, escalationRequest } from '../../src/contract/escalations.ts';
import { AppError } from './errors.ts';
import type { UserRoute } from './route.ts';
import { readBody } from './route.ts';

const params = z.object({ id: z.uuid().describe('id of the pattern') });

export const ESCALATION_ROUTES: readonly UserRoute[] = [
  {
    caller: 'user',
    method: 'get',
    path: '/v1/queues/escalations',
    name: 'viewEscalations',
    summary: 'Companies and segments that are turned down beyond chance, with the leads behind them.',
    answer: escalationPage,
    example: { path: '/v1/queues/escalations' },
    run: (flows, identity) => flows.viewEscalations(identity),
  },
  {
    caller: 'user',
    method: 'post',
    path: '/v1/escalations/{id}',
    name: 'decideEscalation',
    summary: 'Answers the three questions about a pattern. The first resolution stands.',
    params,
    body: escalationRequest,
    answer: escalationAnswer,
    example: {
      path: '/v1/escalations/3f1c8a30-2f6e-4a0b-a1a5-9c0d7d1e0f12',
      body: {
        verdicts: { icp: 'no', competitor: 'yes', product: 'unclear' },
        text: 'They all have a competitor under contract until summer.',
      },
    },
    run: (flows, identity, asked) => {
      const read = params.safeParse(asked.params);
      if (!read.success) throw new AppError('not-found');
      return flows.decideEscalation(identity, read.data.id, readBody(escalationRequest, asked.body));
    },
  },
];
