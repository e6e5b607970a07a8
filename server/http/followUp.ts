import { z } from 'zod';
import {
  candidatePage,
  candidateQuery,
  enrichmentResult,
  enrichmentResultAnswer,
  eventDateRequest,
  followUpAnswer,
  followUpPage,
  successorRequest,
} from '../../src/contract/followUp.ts';
import { findingQuery } from '../../src/contract/guard.ts';
import { AppError } from './errors.ts';
import type { ToolRoute, UserRoute } from './route.ts';
import { readBody, readQuery } from './route.ts';

const params = z.object({ answerId: z.uuid().describe('id of the rejection that stands') });

const answerIdOf = (given: unknown): string => {
  const read = params.safeParse(given);
  if (!read.success) throw new AppError('not-found');
  return read.data.answerId;
};

const EXAMPLE_ID = '3f1c8a30-2f6e-4a0b-a1a5-9c0d7d1e0f12';

export const enrichmentRoute: ToolRoute = {
  caller: 'tool',
  method: 'post',
  path: '/v1/enrichment',
  name: 'takeEnrichment',
  summary: 'Takes what the enrichment tool has found about a lead. The same result may come again.',
  body: enrichmentResult,
  answer: enrichmentResultAnswer,
  example: {
    path: '/v1/enrichment',
    body: { portalId: 14500001, id: `${EXAMPLE_ID}.1`, found: { phone: '+49 30 901820' } },
  },
  run: async (flows, body) => {
    const result = readBody(enrichmentResult, body);
    if (!flows.knowsPortal(result.portalId)) throw new AppError('portal-unknown');
    return flows.takeEnrichment(result);
  },
};

export const FOLLOW_UP_ROUTES: readonly UserRoute[] = [
  {
    caller: 'user',
    method: 'get',
    path: '/v1/queues/right_contact',
    name: 'viewRightContacts',
    summary: 'Leads rejected as the wrong person for which nobody has named the right one.',
    query: findingQuery,
    answer: followUpPage,
    example: { path: '/v1/queues/right_contact?limit=50' },
    run: (flows, identity, { query }) => flows.viewRightContacts(identity, readQuery(findingQuery, query)),
  },
  {
    caller: 'user',
    method: 'get',
    path: '/v1/answers/{answerId}/candidates',
    name: 'viewCandidates',
    summary: 'Other contacts of the company, of whom one may be the right contact.',
    params,
    query: candidateQuery,
    answer: candidatePage,
    example: { path: `/v1/answers/${EXAMPLE_ID}/candidates?q=hopper` },
    run: (flows, identity, asked) =>
      flows.viewCandidates(identity, answerIdOf(asked.params), readQuery(candidateQuery, asked.query)),
  },
  {
    caller: 'user',
    method: 'post',
    path: '/v1/answers/{answerId}/right-contact',
    name: 'nameRightContact',
    summary: 'Names the right contact: found by its address or made, linked, and handed to sales.',
    params,
    body: successorRequest,
    answer: followUpAnswer,
    example: {
      path: `/v1/answers/${EXAMPLE_ID}/right-contact`,
      body: {
        requestId: '5e0d3a7c-1f2b-4c3d-8e4f-5a6b7c8d9e15',
        email: 'grace@engines.example',
        firstName: 'Grace',
        lastName: 'Hopper',
      },
    },
    run: (flows, identity, asked) =>
      flows.nameRightContact(identity, answerIdOf(asked.params), readBody(successorRequest, asked.body)),
  },
  {
    caller: 'user',
    method: 'get',
    path: '/v1/queues/next_steps',
    name: 'viewNextSteps',
    summary: 'Every rejected lead that waits, with its next step and date, the next one first.',
    query: findingQuery,
    answer: followUpPage,
    example: { path: '/v1/queues/next_steps?limit=50' },
    run: (flows, identity, { query }) => flows.viewNextSteps(identity, readQuery(findingQuery, query)),
  },
  {
    caller: 'user',
    method: 'get',
    path: '/v1/queues/enrichment',
    name: 'viewEnrichments',
    summary: 'Leads whose data is being completed, with what is wrong and their age, oldest first.',
    query: findingQuery,
    answer: followUpPage,
    example: { path: '/v1/queues/enrichment?limit=50' },
    run: (flows, identity, { query }) => flows.viewEnrichments(identity, readQuery(findingQuery, query)),
  },
  {
    caller: 'user',
    method: 'post',
    path: '/v1/answers/{answerId}/event-date',
    name: 'confirmEventDate',
    summary: 'Confirms a date that is worth waiting for: the lead is looked at again before it.',
    params,
    body: eventDateRequest,
    answer: followUpAnswer,
    example: {
      path: `/v1/answers/${EXAMPLE_ID}/event-date`,
      body: { requestId: '5e0d3a7c-1f2b-4c3d-8e4f-5a6b7c8d9e14', on: '2027-03-01' },
    },
    run: (flows, identity, asked) =>
      flows.confirmEventDate(identity, answerIdOf(asked.params), readBody(eventDateRequest, asked.body)),
  },
];
