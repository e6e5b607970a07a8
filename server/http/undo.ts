import { z } from 'zod';
import { undoAnswer, undoRequest } from '../../src/contract.ts';
import { AppError } from './errors.ts';
import type { UserRoute } from './route.ts';
import { readBody } from './route.ts';

const params = z.object({
  answerId: z.uuid().describe('id of the rejection or acceptance that is taken back'),
});

export const undoRoute: UserRoute = {
  caller: 'user',
  method: 'post',
  path: '/v1/answers/{answerId}/undo',
  name: 'undoAnswer',
  summary:
    'Takes an answer back: each step that was carried out is reversed, or it is said which could not be.',
  params,
  body: undoRequest,
  answer: undoAnswer,
  example: {
    path: '/v1/answers/3f1c8a30-2f6e-4a0b-a1a5-9c0d7d1e0f12/undo',
    body: { requestId: '5e0d3a7c-1f2b-4c3d-8e4f-5a6b7c8d9e13', reason: null },
  },
  run: (flows, identity, asked) => {
    const read = params.safeParse(asked.params);
    if (!read.success) throw new AppError('not-found');
    return flows.undoAnswer(identity, read.data.answerId, readBody(undoRequest, asked.body));
  },
};
