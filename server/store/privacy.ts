/** Privacy deletion: the person goes, the counts stay. */

import { sql } from 'kysely';
import { eraseFromEscalations } from './escalations.ts';
import type { Handle } from './schema.ts';
import { lockStandingAnswers } from './standingAnswers.ts';

/**
 * The parts of a decision that numbers and later gates rest on, none of which says anything about the person. Named
 * one by one, so that what a later release adds is erased until somebody has thought about it.
 */
const KEPT_OF_A_DECISION = [
  'kind',
  'reason',
  'reasonLabel',
  'rootCause',
  'disposition',
  'attempt',
  'replaces',
  'gate',
  'nurtureUntil',
  'keptDespiteEvidence',
  'classed',
  'suggested',
  'factsReadAt',
  'contacted',
  'dimensions',
  'by',
  'headline',
  'undoUntil',
] as const;

/**
 * Erases what is known about a person whose data HubSpot was told to delete: facts, notes, what was answered, and what
 * the plans would still write or had found. Needs a transaction. That the record was answered, when, with which reason
 * and in which dimensions stays, and so does every rollup. What is read later, of before `at`, does not bring it back.
 */
export async function erasePerson(tx: Handle, portalId: number, contactId: string, at: Date): Promise<void> {
  // An answer that is being decided rests on facts that it has read: it is committed before this, or finds none after.
  await lockStandingAnswers(tx, [{ portalId, contactId }]);
  // Also where nothing was known: a read that is under way must find the mark.
  const erased = {
    facts: null,
    readAt: null,
    staleSince: null,
    emailKey: null,
    phoneKey: null,
    nameCompanyKey: null,
    seenBefore: null,
    erasedAt: at,
  };
  await tx
    .insertInto('leadSnapshot')
    .values({ portalId, contactId, ...erased, deletedAt: at })
    .onConflict((conflict) =>
      conflict.columns(['portalId', 'contactId']).doUpdateSet({ ...erased, deletedAt: at }),
    )
    .execute();
  await tx
    .deleteFrom('leadObject')
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .execute();
  // A step under way keeps its lease, and of its outcome only the state is written down (recordOutcomes).
  await sql`
    update plan_step set
      state = case when state in ('pending', 'unknown') then 'undone' else state end,
      settled_at = case when state = 'running' then null else coalesce(settled_at, ${at}) end,
      erased_at = coalesce(erased_at, ${at}),
      change = null,
      expected = null,
      trace = null,
      problem = null
    where portal_id = ${portalId} and (
      contact_id = ${contactId}
      -- Words about this person on another record: what sales noted is passed on to the right contact.
      or (kind in ('create-note', 'create-task') and entry_id in (
        select entry_id from ledger where portal_id = ${portalId} and contact_id = ${contactId}
      ))
    )`.execute(tx);
  await tx
    .deleteFrom('guardWatch')
    .where('portalId', '=', portalId)
    .where('objectTypeId', '=', '0-1')
    .where('objectId', '=', contactId)
    .execute();
  // What was found stays counted; what it rested on goes, and nobody is asked for a reason any more.
  await sql`
    update guard_finding set
      proof = null, reason = null, state = 'closed',
      closed_at = coalesce(closed_at, ${at}), closed_how = coalesce(closed_how, 'erased')
    where portal_id = ${portalId} and contact_id = ${contactId}`.execute(tx);
  // Counts and dimensions stay; nobody is reminded of a person who is gone.
  await sql`
    update hand_off set
      context = null, next_at = null,
      closed_how = coalesce(closed_how, 'withdrawn'), closed_at = coalesce(closed_at, ${at})
    where contact_id = ${contactId} and portal_id = ${portalId}`.execute(tx);
  // Nobody looks at the lead any more; what was decided because of it says nothing of the person.
  await sql`
    delete from dispute using ledger entry
    where dispute.portal_id = ${portalId} and dispute.decision_id is null
      and entry.portal_id = ${portalId} and entry.entry_id = dispute.entry_id
      and entry.contact_id = ${contactId}`.execute(tx);
  await eraseFromEscalations(tx, portalId, contactId);
  await sql`
    update wake_up set closed_at = ${at}, outcome = 'erased'
    where portal_id = ${portalId} and contact_id = ${contactId} and closed_at is null`.execute(tx);
  await sql`
    update enrichment set closed_at = ${at}, outcome = 'closed', owes_call = false
    where portal_id = ${portalId} and contact_id = ${contactId} and closed_at is null`.execute(tx);
  await tx
    .updateTable('enrichment')
    .set({ dataSeen: null })
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .execute();
  // What a workflow is told may speak of what comes next for the person; the result stays, so that it can go on.
  await sql`
    update workflow_wait set output = output - 'next' - 'proof'
    where portal_id = ${portalId} and contact_id = ${contactId} and output is not null`.execute(tx);
  await eraseFromLedger(tx, portalId, contactId);
}

async function eraseFromLedger(tx: Handle, portalId: number, contactId: string): Promise<void> {
  await sql`select set_config('mql_rejection_loop.privacy_erasure', 'on', true)`.execute(tx);
  await sql`
    update ledger set
      note = null,
      answer = null,
      decision = (
        select jsonb_object_agg(key, value) from jsonb_each(decision)
        where key = any(${sql.lit(`{${KEPT_OF_A_DECISION.join(',')}}`)}::text[])
      )
    where portal_id = ${portalId} and contact_id = ${contactId}`.execute(tx);
  await sql`select set_config('mql_rejection_loop.privacy_erasure', 'off', true)`.execute(tx);
}
