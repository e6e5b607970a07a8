/**
 * How far carrying out has come: numbers for who runs the server. Asked for the portals that are served, since nobody
 * carries anything out in the others.
 */

import { sql } from 'kysely';
import type { Handle } from './schema.ts';
import { begun, findReadyBatches } from './stepClaims.ts';

/**
 * How many of these portals have a step that is under way or can be carried out now. Those whose steps only wait, for
 * their time, for another try or behind a step that does, are not counted.
 */
export async function countPortalsAtWork(
  tx: Handle,
  portalIds: readonly number[],
  now: Date,
): Promise<number> {
  const owing = await sql<{ portalId: number; isUnderWay: boolean }>`
    select portal.portal_id, exists (
      select 1 from plan_step where ${begun} and portal_id = portal.portal_id and state = 'running'
    ) as is_under_way
    from portal
    where portal.portal_id = any(${[...portalIds]}::bigint[]) and exists (
      select 1 from plan_step where portal_id = portal.portal_id
        and state in ('pending', 'unknown', 'running') and due_at <= ${now}
    )`.execute(tx);
  let atWork = 0;
  for (const { portalId, isUnderWay } of owing.rows)
    if (isUnderWay || (await findReadyBatches(tx, { portalId, now, limit: 1 })).length > 0) atWork += 1;
  return atWork;
}

/** How many steps of these portals are under way, or were tried and are not through yet. */
export async function countBegunSteps(tx: Handle, portalIds: readonly number[]): Promise<number> {
  const found = await sql<{ steps: number }>`
    select count(*)::int as steps from plan_step
    where ${begun} and portal_id = any(${[...portalIds]}::bigint[])`.execute(tx);
  return found.rows[0]?.steps ?? 0;
}
