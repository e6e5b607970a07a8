import { acceptanceAnswer, acceptanceRequest } from '../../src/contract.ts';
import type { UserRoute } from './route.ts';
import { readBody } from './route.ts';

export const acceptanceRoute: UserRoute = {
  caller: 'user',
  method: 'post',
  path: '/v1/acceptances',
  name: 'recordAcceptance',
  summary: 'Accepts the lead. A second delivery of the same requestId gets the first answer.',
  body: acceptanceRequest,
  answer: acceptanceAnswer,
  example: {
    path: '/v1/acceptances',
    body: {
      requestId: '0b9f5a52-7d0e-4f5f-8a53-1d1f6f6c2b11',
      record: { objectTypeId: '0-136', objectId: '77001' },
    },
  },
  run: (flows, identity, { body }) => flows.recordAcceptance(identity, readBody(acceptanceRequest, body)),
};
