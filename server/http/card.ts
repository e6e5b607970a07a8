import { cardView, recordRef } from '../../src/contract.ts';
import type { UserRoute } from './route.ts';
import { readQuery } from './route.ts';

export const cardRoute: UserRoute = {
  caller: 'user',
  method: 'get',
  path: '/v1/card',
  name: 'viewCard',
  summary:
    'What the card shows on a record: why it is here, the reasons to choose from, the answer that stands.',
  query: recordRef,
  answer: cardView,
  example: { path: '/v1/card?objectTypeId=0-1&objectId=901' },
  run: (flows, identity, { query }) => flows.viewCard(identity, readQuery(recordRef, query)),
};
