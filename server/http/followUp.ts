import { z } from 'zod';
import { eventDateRequest, followUpAnswer } from '../../src/contract/followUp.ts';
import { AppError } from './errors.ts';
import type { UserRoute } from './route.ts';
import { readBody } from './route.ts';

const params = z.object({ answerId: z.uuid().describe('id of the rejection that stands') });

const answerIdOf = (given: unknown): string => {
  const read = params.safeParse(given);
  if (!read.success) throw new AppError('not-found');
  return read.data.answerId;
};

const EXAMPLE_ID = '3f1c8a30-2f6e-4a0b-a1a5-9c0d7d1e0f12';

export const FOLLOW_UP_ROUTES: readonly UserRoute[] = [
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
