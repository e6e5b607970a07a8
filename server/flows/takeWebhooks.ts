/**
 * HubSpot tells what changed: the snapshots concerned are marked stale and read again in batches. Events may come
 * late, twice and out of order; marking is the same every time, and the record itself is the truth.
 */

import type { WebhookEvent } from '../../src/contract.ts';
import { WATCHED } from '../../src/watch.ts';
import { watchRecords, type WatchedRecord } from '../store/guardWatch.ts';
import { erasePerson } from '../store/privacy.ts';
import { findContactsOfLeads, markDeleted, markStale } from '../store/snapshots.ts';
import type { FlowContext } from './context.ts';

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
      await markDeleted(tx, portalId, news.deleted, now);
      for (const contactId of news.forgotten) await erasePerson(tx, portalId, contactId, now);
      const watched = watchedIn(context, portalId, events);
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
): readonly WatchedRecord[] {
  return events.flatMap((event) => {
    const objectTypeId = objectTypeOf(event);
    if (event.portalId !== portalId || (objectTypeId !== '0-1' && objectTypeId !== '0-136')) return [];
    const names: readonly string[] = WATCHED[objectTypeId];
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
  readonly leads: readonly string[];
};

function sortOut(events: readonly WebhookEvent[]): News {
  const changed = new Set<string>();
  const deleted = new Set<string>();
  const forgotten = new Set<string>();
  const leads = new Set<string>();
  for (const event of events) {
    const { objectId } = event;
    if (objectTypeOf(event) === '0-136') leads.add(objectId);
    if (objectTypeOf(event) !== '0-1') continue;
    const [, what] = event.subscriptionType.split('.');
    switch (what) {
      case 'deletion':
        deleted.add(objectId);
        break;
      case 'privacyDeletion':
        forgotten.add(objectId);
        break;
      case 'merge':
        for (const id of [event.primaryObjectId, event.newObjectId, ...(event.mergedObjectIds ?? [])]) {
          if (typeof id === 'string') changed.add(id);
        }
        break;
      default:
        changed.add(objectId);
    }
  }
  return {
    changed: [...changed],
    deleted: [...deleted],
    forgotten: [...forgotten].sort(),
    leads: [...leads],
  };
}

/** New-style events name the object type by id, the older `contact.*` ones by their prefix. */
function objectTypeOf(event: WebhookEvent): string | undefined {
  return event.objectTypeId ?? (event.subscriptionType.startsWith('contact.') ? '0-1' : undefined);
}
