/**
 * HubSpot tells what changed: the snapshots concerned are marked stale and read again in batches. Events may come
 * late, twice and out of order; marking is the same every time, and the record itself is the truth.
 */

import type { WebhookEvent } from '../../src/contract.ts';
import { watchedOfContacts, WATCHED } from '../../src/watch.ts';
import { watchRecords, type WatchedRecord } from '../store/guardWatch.ts';
import { resumeClocks } from '../store/handOffClock.ts';
import { findMerged, mergeAll } from '../store/merges.ts';
import { reviveSteps } from '../store/planSteps.ts';
import { erasePerson } from '../store/privacy.ts';
import { findContactsOfLeads, markDeleted, markStale } from '../store/snapshots.ts';
import { wakeRestored } from '../store/wakeUps.ts';
import type { FlowContext } from './context.ts';
import { settingsOf } from './settings.ts';

/** Takes events in; resolves once they are stored. Events of portals that we do not serve are left aside. */
export async function takeWebhooks(context: FlowContext, events: readonly WebhookEvent[]): Promise<void> {
  const portalIds = [...new Set(events.map((event) => event.portalId))].sort((a, b) => a - b);
  for (const portalId of portalIds) {
    if (!context.portalIds.includes(portalId)) continue;
    const news = sortOut(events.filter((event) => event.portalId === portalId));
    // Not the group commit: a burst of events must not stand in the way of a rep who waits for an answer.
    await context.store.transaction(async (tx) => {
      const now = context.now();
      // Leads that we do not know hang on contacts that we will read when somebody opens them.
      const stale = [...news.changed, ...(await findContactsOfLeads(tx, portalId, news.leads))];
      await mergeAll(tx, portalId, news.merges, now);
      await markDeleted(tx, portalId, news.deleted, now);
      // A person is erased under the record that came out of a merge, also where an old one is named.
      const merged = await findMerged(tx, portalId, news.forgotten);
      for (const contactId of [...new Set([...news.forgotten, ...merged.values()])].sort())
        await erasePerson(tx, portalId, contactId, now);
      await resumeClocks(tx, portalId, news.restored);
      if (await reviveSteps(tx, portalId, news.restored, now))
        await context.queue.wake(tx, 'drain-plans', { portalId });
      if (await wakeRestored(tx, portalId, news.restored, now))
        await context.queue.wake(tx, 'wake-leads', { portalId });
      const ofContacts = watchedOfContacts(await settingsOf(tx, portalId));
      const watched = watchedIn(context, portalId, events, ofContacts);
      await watchRecords(tx, watched, now);
      if (watched.length > 0) await context.queue.wake(tx, 'guard-records', { portalId });
      if (stale.length === 0) return;
      await markStale(tx, portalId, stale, now);
      await context.queue.wake(tx, 'refresh-snapshots', { portalId });
    });
  }
}

/**
 * Records of which somebody else changed what the guard watches. Our own writes are known by their source where HubSpot
 * tells it; where it does not, the look into the history tells them.
 */
function watchedIn(
  { appId }: FlowContext,
  portalId: number,
  events: readonly WebhookEvent[],
  ofContacts: readonly string[],
): readonly WatchedRecord[] {
  return events.flatMap((event) => {
    const objectTypeId = objectTypeOf(event);
    if (event.portalId !== portalId || (objectTypeId !== '0-1' && objectTypeId !== '0-136')) return [];
    // Of two records one status and one stage were kept, which neither side may have chosen.
    if (objectTypeId === '0-1' && whatOf(event) === 'merge')
      return [{ portalId, objectTypeId, objectId: intoOf(event) }];
    const names: readonly string[] = objectTypeId === '0-1' ? ofContacts : WATCHED[objectTypeId];
    if (typeof event.propertyName !== 'string' || !names.includes(event.propertyName)) return [];
    if (event.changeSource === 'INTEGRATION' && String(event.sourceId) === String(appId)) return [];
    return [{ portalId, objectTypeId, objectId: event.objectId }];
  });
}

/** What a portal's events are about: ids of contacts by what has to be done, and ids of Leads. */
type News = {
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  /** Sorted, so that two batches take their locks in the same order. */
  readonly forgotten: readonly string[];
  readonly restored: readonly string[];
  readonly merges: readonly { readonly intoId: string; readonly mergedIds: readonly string[] }[];
  readonly leads: readonly string[];
};

/** `object.merge` → `merge`. */
const whatOf = ({ subscriptionType }: WebhookEvent): string | undefined => subscriptionType.split('.')[1];

/** The record that came out of a merge: a new one as a rule, else the one that stays. */
const intoOf = ({ newObjectId, primaryObjectId, objectId }: WebhookEvent): string =>
  newObjectId ?? primaryObjectId ?? objectId;

function sortOut(events: readonly WebhookEvent[]): News {
  const changed = new Set<string>();
  const deleted = new Set<string>();
  const forgotten = new Set<string>();
  const restored = new Set<string>();
  const merges: News['merges'][number][] = [];
  const leads = new Set<string>();
  for (const event of events) {
    const { objectId } = event;
    if (objectTypeOf(event) === '0-136') leads.add(objectId);
    if (objectTypeOf(event) !== '0-1') continue;
    switch (whatOf(event)) {
      case 'deletion':
        deleted.add(objectId);
        break;
      case 'privacyDeletion':
        forgotten.add(objectId);
        break;
      case 'merge': {
        const ids = [event.primaryObjectId, ...(event.mergedObjectIds ?? [])];
        merges.push({ intoId: intoOf(event), mergedIds: ids.filter((id) => typeof id === 'string') });
        changed.add(intoOf(event));
        break;
      }
      case 'restore':
        restored.add(objectId);
        changed.add(objectId);
        break;
      default:
        changed.add(objectId);
    }
  }
  return {
    changed: [...changed],
    deleted: [...deleted],
    forgotten: [...forgotten].sort(),
    restored: [...restored],
    merges,
    leads: [...leads],
  };
}

/** New-style events name the object type by id, the older `contact.*` ones by their prefix. */
function objectTypeOf(event: WebhookEvent): string | undefined {
  return event.objectTypeId ?? (event.subscriptionType.startsWith('contact.') ? '0-1' : undefined);
}
