/** Keeps what we know about leads near to what HubSpot holds: on first sight, and in batches after a webhook. */

import type { RecordRef } from '../../src/contract.ts';
import type { PortalMap } from '../../src/portal.ts';
import type { Refusal } from '../../src/refusals.ts';
import { HubSpotError } from '../hubspot/errors.ts';
import { findPortal } from '../store/portals.ts';
import {
  findContactOfLead,
  findSnapshot,
  listStale,
  markDeleted,
  upsertSnapshots,
} from '../store/snapshots.ts';
import type { FlowContext } from './context.ts';

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
  const { store } = context;
  const portal = (await findPortal(store.db, portalId))?.map ?? null;
  if (portal === null) return { ok: false, refusal: { kind: 'portal-not-ready' } };
  try {
    const leadId = record.objectTypeId === '0-136' ? record.objectId : null;
    const known = leadId === null ? record.objectId : await findContactOfLead(store.db, portalId, leadId);
    const contactId = known ?? (leadId === null ? null : await askForContact(context, portal, leadId));
    if (contactId === null) return { ok: false, refusal: { kind: 'record-unknown' } };
    const located = { ok: true, contactId, leadId } as const;
    const snapshot = await findSnapshot(store.db, portalId, contactId);
    const restored = snapshot !== null && snapshot.deletedAt !== null && snapshot.staleSince !== null;
    // A Lead that had to be asked for is not among the facts at hand either.
    if (snapshot !== null && known !== null && !restored) return located;
    const read = await readSnapshots(context, portal, [contactId]);
    return read.includes(contactId) || snapshot !== null
      ? located
      : { ok: false, refusal: { kind: 'record-unknown' } };
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    context.log.warn({ portalId, kind: error.kind, err: error }, 'a record could not be read from HubSpot');
    return { ok: false, refusal: { kind: 'hubspot-unreachable' } };
  }
}

async function askForContact(
  context: FlowContext,
  portal: PortalMap,
  leadId: string,
): Promise<string | null> {
  const read = await context.gateway.readContactsOfLeads(portal, [leadId]);
  return read.get(leadId) ?? null;
}

/** Reads these contacts from HubSpot and keeps what was found. Returns the ids that exist. */
export async function readSnapshots(
  context: FlowContext,
  portal: PortalMap,
  contactIds: readonly string[],
): Promise<readonly string[]> {
  const { facts, missing } = await context.gateway.readLeads(portal, contactIds);
  await context.store.transaction(async (tx) => {
    await upsertSnapshots(tx, portal.portalId, facts);
    await markDeleted(tx, portal.portalId, missing, context.now());
  });
  return facts.map(({ contactId }) => contactId);
}

/** The job: reads every stale record of a portal again, a batch at a time. */
export async function refreshSnapshots(context: FlowContext, portalId: number): Promise<void> {
  const portal = (await findPortal(context.store.db, portalId))?.map ?? null;
  if (portal === null) return;
  for (;;) {
    const contactIds = await listStale(context.store.db, portalId, REFRESH_BATCH);
    if (contactIds.length === 0) return;
    await readSnapshots(context, portal, contactIds);
  }
}
