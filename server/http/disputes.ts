import {
  disputeAnswer,
  disputeDecisionAnswer,
  disputeDecisionRequest,
  disputePage,
  disputeQuery,
  disputeRequest,
} from '../../src/contract/disputes.ts';
import type { UserRoute } from './route.ts';
import { readBody, readQuery } from './route.ts';

const ENTRY = '3f1c8a30-2f6e-4a0b-a1a5-9c0d7d1e0f12';
const REQUEST = '0b5f2c1e-7d3a-4f6b-9c8d-1e2f3a4b5c6d';

export const DISPUTE_ROUTES: readonly UserRoute[] = [
  {
    caller: 'user',
    method: 'get',
    path: '/v1/disputes',
    name: 'viewDisputes',
    summary:
      'Questions that rejections raise whose record says otherwise, three leads each, and what earlier decisions changed.',
    query: disputeQuery,
    answer: disputePage,
    example: { path: '/v1/disputes?limit=10' },
    run: (flows, identity, { query }) => flows.viewDisputes(identity, readQuery(disputeQuery, query)),
  },
  {
    caller: 'user',
    method: 'post',
    path: '/v1/disputes',
    name: 'disputeRejection',
    summary: 'Puts one rejection into the next weekly review. A second delivery gets the first answer.',
    body: disputeRequest,
    answer: disputeAnswer,
    example: { path: '/v1/disputes', body: { requestId: REQUEST, entryId: ENTRY } },
    run: (flows, identity, { body }) => flows.disputeRejection(identity, readBody(disputeRequest, body)),
  },
  {
    caller: 'user',
    method: 'post',
    path: '/v1/disputes/decisions',
    name: 'decideDispute',
    summary:
      'Decides a question: one change with an owner and a day. A second delivery of the same requestId gets the first answer.',
    body: disputeDecisionRequest,
    answer: disputeDecisionAnswer,
    example: {
      path: '/v1/disputes/decisions',
      body: {
        requestId: REQUEST,
        group: { reason: 'not_icp', dim: 'campaign', value: 'ops-webinar' },
        entryIds: [ENTRY],
        cause: 'source_distrusted',
        change: 'targeting',
        text: 'Leave companies under 50 people out of the webinar invitation.',
        ownerUserId: 77,
        dueOn: '2026-12-12',
        reopen: null,
      },
    },
    run: (flows, identity, { body }) => flows.decideDispute(identity, readBody(disputeDecisionRequest, body)),
  },
];
