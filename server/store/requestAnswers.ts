/** First answers to requests that are no ledger entry, so that a second delivery gets the same one. */

import type { Handle } from './schema.ts';

type RequestKey = { readonly portalId: number; readonly requestId: string };

/**
 * Takes a request up. `null` when it is new; else what the first delivery was answered. While the first is under way
 * in another transaction, this waits for its end.
 */
export async function takeUpRequest(
  tx: Handle,
  request: RequestKey & { readonly route: string; readonly at: Date },
): Promise<{ readonly route: string; readonly answer: unknown } | null> {
  const { portalId, requestId, route, at } = request;
  const taken = await tx
    .insertInto('requestAnswer')
    .values({ portalId, requestId, route, answer: 'null', at })
    .onConflict((conflict) => conflict.columns(['portalId', 'requestId']).doNothing())
    .returning('requestId')
    .executeTakeFirst();
  if (taken !== undefined) return null;
  return tx
    .selectFrom('requestAnswer')
    .select(['route', 'answer'])
    .where('portalId', '=', portalId)
    .where('requestId', '=', requestId)
    .executeTakeFirstOrThrow();
}

/** What an earlier delivery of this request was answered; `null` where none has been. */
export async function findRequestAnswer(
  tx: Handle,
  { portalId, requestId }: RequestKey,
): Promise<{ readonly route: string; readonly answer: unknown } | null> {
  const found = await tx
    .selectFrom('requestAnswer')
    .select(['route', 'answer'])
    .where('portalId', '=', portalId)
    .where('requestId', '=', requestId)
    .executeTakeFirst();
  return found ?? null;
}

/** Keeps what was answered, in the transaction that carried it out. */
export async function keepAnswer(
  tx: Handle,
  { portalId, requestId }: RequestKey,
  answer: unknown,
): Promise<void> {
  await tx
    .updateTable('requestAnswer')
    .set({ answer: JSON.stringify(answer) })
    .where('portalId', '=', portalId)
    .where('requestId', '=', requestId)
    .execute();
}

/** Forgets a request that changed nothing: the same one may be asked again. */
export async function letRequestGo(tx: Handle, { portalId, requestId }: RequestKey): Promise<void> {
  await tx
    .deleteFrom('requestAnswer')
    .where('portalId', '=', portalId)
    .where('requestId', '=', requestId)
    .execute();
}

/**
 * Forgets answers of before `before`, at most `limit` of them at a time. Returns how many: a second delivery comes within
 * minutes, so nobody asks for them any more.
 */
export async function forgetAnswers(tx: Handle, before: Date, limit: number): Promise<number> {
  const old = tx
    .selectFrom('requestAnswer')
    .select(['portalId', 'requestId'])
    .where('at', '<', before)
    .limit(limit);
  const gone = await tx
    .deleteFrom('requestAnswer')
    .where((eb) => eb(eb.refTuple('portalId', 'requestId'), 'in', old.$asTuple('portalId', 'requestId')))
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
}
