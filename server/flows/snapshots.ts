/** Keeps what we know about leads near to what HubSpot holds: on first sight, and in batches after a webhook. */

import type { RecordRef } from '../../src/contract.ts';
import { factPropertiesOf } from '../../src/ownProperties.ts';
import type { PortalMap } from '../../src/portal.ts';
import type { Refusal } from '../../src/refusals.ts';
import type { Priority } from '../hubspot/budget.ts';
import { HubSpotError } from '../hubspot/errors.ts';
import { findMerged, mergeAll } from '../store/merges.ts';
import { lookAgain } from '../store/enrichments.ts';
import { findPortal } from '../store/portals.ts';
import { listStale, locateLead, markDeleted, upsertSnapshots } from '../store/snapshots.ts';
import type { FlowContext } from './context.ts';
import { meetHandOffs, readFirstContacts } from './handOffs.ts';
import { settingsOf } from './settings.ts';

/** Records read in one go while refreshing. */
const REFRESH_BATCH = 100;

export type Located =
  | {
      readonly ok: true;
      readonly contactId: string;
      /** The Lead that was asked about; `null` where it was the contact itself. */
      readonly leadId: string | null;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * The contact behind a record, with a snapshot to decide on. A record that was never seen is read from HubSpot now;
 * one that is known costs no call, however old it is, unless HubSpot spoke of it after its deletion: then it may have
 * been restored.
 */
export async function locateContact(
  context: FlowContext,
  portalId: number,
  record: RecordRef,
): Promise<Located> {
  const leadId = record.objectTypeId === '0-136' ? record.objectId : null;
  const found = await locateLead(
    context.store.db,
    portalId,
    leadId === null ? { contactId: record.objectId } : { leadId },
  );
  const portal = found?.map ?? null;
  if (found === null || portal === null) return { ok: false, refusal: { kind: 'portal-not-ready' } };
  const restored = found.deletedAt !== null && found.staleSince !== null;
  if (found.contactId !== null && found.isRead && !restored)
    return { ok: true, contactId: found.contactId, leadId };
  try {
    const contactId =
      found.contactId ?? (leadId === null ? null : await askForContact(context, portal, leadId));
    if (contactId === null) return { ok: false, refusal: { kind: 'record-unknown' } };
    const read = await readSnapshots(context, portal, [contactId], 'click');
    // A contact that was read before and is not found now was deleted, and the decision says so.
    const isKnown = read.has(contactId) || found.isRead || found.contactId === null;
    return isKnown
      ? { ok: true, contactId: read.get(contactId) ?? contactId, leadId }
      : { ok: false, refusal: { kind: 'record-unknown' } };
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    context.log.warn({ portalId, kind: error.kind, err: error }, 'a record could not be read from HubSpot');
    return { ok: false, refusal: { kind: 'hubspot-unreachable' } };
  }
}

/**
 * Reads a known contact again where HubSpot spoke of it since it was read: for decisions that move the lead and that
 * nobody waits for in front of a card. Resolves with the refusal where HubSpot does not answer.
 */
export async function readIfStale(
  context: FlowContext,
  portalId: number,
  contactId: string,
): Promise<Refusal | null> {
  const found = await locateLead(context.store.db, portalId, { contactId });
  if (found === null || found.map === null) return { kind: 'portal-not-ready' };
  if (found.staleSince === null) return null;
  try {
    await readSnapshots(context, found.map, [contactId], 'live');
    return null;
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    context.log.warn({ portalId, kind: error.kind, err: error }, 'a record could not be read from HubSpot');
    return { kind: 'hubspot-unreachable' };
  }
}

async function askForContact(
  context: FlowContext,
  portal: PortalMap,
  leadId: string,
): Promise<string | null> {
  const read = await context.gateway.readContactsOfLeads(portal, [leadId], { priority: 'click' });
  return read.get(leadId) ?? null;
}

/**
 * Reads these contacts from HubSpot and keeps what was found, with the hand-offs and first contacts that show in it.
 * Returns those that exist, with the id that HubSpot keeps each under: another one where it was merged, which is noticed
 * here even when nobody told us.
 *
 * @param options.everyContact look for first contacts also where HubSpot counts none
 */
export async function readSnapshots(
  context: FlowContext,
  portal: PortalMap,
  contactIds: readonly string[],
  priority: Priority,
  { everyContact = false }: { readonly everyContact?: boolean } = {},
): Promise<ReadonlyMap<string, string>> {
  const { portalId } = portal;
  const { facts, merged, missing } = await context.gateway.readLeads(portal, contactIds, {
    priority,
    factProperties: factPropertiesOf(await settingsOf(context.store.db, portalId)),
  });
  const now = context.now();
  const keptUnder = new Map(facts.map(({ contactId }) => [contactId, merged.get(contactId) ?? contactId]));
  const byId = new Map(facts.map((one) => [merged.get(one.contactId) ?? one.contactId, one]));
  const kept = [...byId].map(([contactId, one]) => ({ ...one, contactId }));
  const contacts = await readFirstContacts(context, portal, kept, { always: everyContact });
  await context.store.transaction(async (tx) => {
    const known = await findMerged(tx, portalId, [...merged.keys()]);
    const news = [...merged].filter(
      // One that was asked for has left something behind: an event about it came after the merge.
      ([mergedId, intoId]) => known.get(mergedId) !== intoId || contactIds.includes(mergedId),
    );
    await mergeAll(
      tx,
      portalId,
      [...Map.groupBy(news, ([, intoId]) => intoId)].map(([intoId, rows]) => ({
        intoId,
        mergedIds: rows.map(([mergedId]) => mergedId),
      })),
      now,
    );
    await upsertSnapshots(tx, portalId, kept);
    await markDeleted(tx, portalId, missing, now);
    await meetHandOffs(tx, context, portalId, kept, contacts);
  });
  return keptUnder;
}

/** The job: reads every stale record of a portal again, a batch at a time. */
export async function refreshSnapshots(context: FlowContext, portalId: number): Promise<void> {
  const portal = (await findPortal(context.store.db, portalId))?.map ?? null;
  if (portal === null) return;
  for (;;) {
    const contactIds = await listStale(context.store.db, portalId, REFRESH_BATCH);
    if (contactIds.length === 0) return;
    // The next start's sweep finds what is left.
    if (context.stopping()) return;
    // Before they count as read: a stop in between must not lose that they have changed.
    await context.store.transaction(async (tx) => {
      if (await lookAgain(tx, portalId, contactIds, context.now()))
        await context.queue.wake(tx, 'enrich-leads', { portalId });
    });
    await readSnapshots(context, portal, contactIds, 'backfill');
  }
}
