import { batchAnswer, batchPage, batchRequest, queueQuery } from '../../src/contract/queues.ts';
import type { UserRoute } from './route.ts';
import { readBody, readQuery } from './route.ts';

export const BATCH_ROUTES: readonly UserRoute[] = [
  {
    caller: 'user',
    method: 'get',
    path: '/v1/queues/weekly_batch',
    name: 'viewBatch',
    summary: 'Rejections of which some steps wait for the weekly batch, oldest first, a page at a time.',
    query: queueQuery,
    answer: batchPage,
    example: { path: '/v1/queues/weekly_batch?limit=50&reason=too_early' },
    run: (flows, identity, { query }) => flows.viewBatch(identity, readQuery(queueQuery, query)),
  },
  {
    caller: 'user',
    method: 'post',
    path: '/v1/batch',
    name: 'decideBatch',
    summary:
      'Approves rejections, or overrides them with another reason; each row gets its own answer. A second delivery of the same requestId gets the first answer.',
    body: batchRequest,
    answer: batchAnswer,
    example: {
      path: '/v1/batch',
      body: {
        requestId: '0b5f2c1e-7d3a-4f6b-9c8d-1e2f3a4b5c6d',
        approve: ['3f1c8a30-2f6e-4a0b-a1a5-9c0d7d1e0f12'],
        override: [{ entryId: '7a2d9b41-3e5f-4c1a-8b6d-0f9e8d7c6b5a', reason: 'bad_data', note: null }],
      },
    },
    run: (flows, identity, { body }) => flows.decideBatch(identity, readBody(batchRequest, body)),
  },
];
