import { bulkAnswer, bulkRequest, reasonsAnswer } from '../../src/contract/bulk.ts';
import type { UserRoute } from './route.ts';
import { readBody } from './route.ts';

export const BULK_ROUTES: readonly UserRoute[] = [
  {
    caller: 'user',
    method: 'get',
    path: '/v1/reasons',
    name: 'viewReasons',
    summary: 'The reasons that the team uses, for the bulk action.',
    answer: reasonsAnswer,
    example: { path: '/v1/reasons' },
    run: (flows, identity) => flows.viewReasons(identity),
  },
  {
    caller: 'user',
    method: 'post',
    path: '/v1/bulk-rejections',
    name: 'rejectMany',
    summary:
      'Rejects many records with one reason; each row gets its own answer. A second delivery of the same requestId gets the first answer.',
    body: bulkRequest,
    answer: bulkAnswer,
    example: {
      path: '/v1/bulk-rejections',
      body: {
        requestId: '0b5f2c1e-7d3a-4f6b-9c8d-1e2f3a4b5c6d',
        objectTypeId: '0-1',
        objectIds: ['901', '902'],
        reason: 'not_icp',
        note: null,
      },
    },
    run: (flows, identity, { body }) => flows.rejectMany(identity, readBody(bulkRequest, body)),
  },
];
