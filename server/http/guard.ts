import { z } from 'zod';
import {
  coverageQuery,
  coverageView,
  findingQuery,
  pendingPage,
  reviewAnswer,
  reviewPage,
  reviewRequest,
} from '../../src/contract/guard.ts';
import { AppError } from './errors.ts';
import type { UserRoute } from './route.ts';
import { readBody, readQuery } from './route.ts';

const params = z.object({ id: z.uuid().describe('id of the row of the queue') });

const EXAMPLE_ID = '3f1c8a30-2f6e-4a0b-a1a5-9c0d7d1e0f12';

export const GUARD_ROUTES: readonly UserRoute[] = [
  {
    caller: 'user',
    method: 'get',
    path: '/v1/queues/pending_reasons',
    name: 'viewPending',
    summary: 'Rejections that were made around the card and wait for their reason, oldest first.',
    query: findingQuery,
    answer: pendingPage,
    example: { path: '/v1/queues/pending_reasons?limit=50' },
    run: (flows, identity, { query }) => flows.viewPending(identity, readQuery(findingQuery, query)),
  },
  {
    caller: 'user',
    method: 'get',
    path: '/v1/queues/human_review',
    name: 'viewReviews',
    summary: 'Leads that would come back for the third time, with what both sides say, oldest first.',
    query: findingQuery,
    answer: reviewPage,
    example: { path: '/v1/queues/human_review?limit=50' },
    run: (flows, identity, { query }) => flows.viewReviews(identity, readQuery(findingQuery, query)),
  },
  {
    caller: 'user',
    method: 'post',
    path: '/v1/reviews/{id}',
    name: 'decideReview',
    summary: 'Decides whether a lead is handed off for another time. The first decision stands.',
    params,
    body: reviewRequest,
    answer: reviewAnswer,
    example: { path: `/v1/reviews/${EXAMPLE_ID}`, body: { resolution: 'hand_off_again' } },
    run: (flows, identity, asked) => {
      const read = params.safeParse(asked.params);
      if (!read.success) throw new AppError('not-found');
      return flows.decideReview(identity, read.data.id, readBody(reviewRequest, asked.body));
    },
  },
  {
    caller: 'user',
    method: 'get',
    path: '/v1/coverage',
    name: 'viewCoverage',
    summary: 'The coverage ledger: rejections with and without a reason, by the way that they came.',
    query: coverageQuery,
    answer: coverageView,
    example: { path: '/v1/coverage?days=90' },
    run: (flows, identity, { query }) => flows.viewCoverage(identity, readQuery(coverageQuery, query)),
  },
];
