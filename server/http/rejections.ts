import { rejectionAnswer, rejectionRequest } from '../../src/contract.ts';
import type { UserRoute } from './route.ts';
import { readBody } from './route.ts';

export const rejectionRoute: UserRoute = {
  caller: 'user',
  method: 'post',
  path: '/v1/rejections',
  name: 'recordRejection',
  summary: 'Rejects the lead with one reason. A second delivery of the same requestId gets the first answer.',
  body: rejectionRequest,
  answer: rejectionAnswer,
  example: {
    path: '/v1/rejections',
    body: {
      requestId: '6d9c0f4e-58a1-4c8e-9b53-0c5b8e1f2a10',
      record: { objectTypeId: '0-1', objectId: '901' },
      reason: 'too_early',
      note: null,
      keptDespiteEvidence: false,
    },
  },
  run: (flows, identity, { body }) => flows.recordRejection(identity, readBody(rejectionRequest, body)),
};
