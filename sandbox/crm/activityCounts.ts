/**
 * What HubSpot counts on a contact by itself: sales activities, attempts to contact, the last and the next one, deals.
 * Docs: knowledge.hubspot.com/properties/hubspots-default-contact-properties ("Sales properties", "Deal information").
 *
 * An imported figure stands, and what is made afterwards adds to it; engagements that an import brings are not counted
 * again. Listens to the portal's events, so every way in which an engagement is made, changed, linked, binned or brought
 * back is seen.
 */

import { ROLL_UP, SANDBOX_IMPORT } from './actors.ts';
import { toInstant } from './clock.ts';
import { findLive, linked } from './links.ts';
import { OBJECT_TYPES, type ObjectType, findObjectType, getObjectType } from './objectTypes.ts';
import { setComputed } from './records.ts';
import { type CrmEvent, type CrmRecord, type Portal, getStore } from './state.ts';
import { parseTime } from './values.ts';

const CONTACTS = getObjectType('contacts');
const DEALS = getObjectType('deals');
const ENGAGEMENTS: readonly ObjectType[] = OBJECT_TYPES.filter(
  (type: ObjectType) => type.isEngagement === true,
);

type Activity = {
  /** milliseconds since 1970: when it was, or will be */
  readonly at: number;
  readonly kind: 'contacted' | 'activity' | 'planned';
};

const timeOf = (record: CrmRecord, ...names: readonly string[]): number =>
  parseTime(names.map((name) => record.properties.get(name)).find((value) => value !== undefined) ?? '');

/** A call or e-mail that is not under way yet; every other one was an attempt, whether anybody answered or not. */
const PLANNED: ReadonlySet<string | undefined> = new Set(['SCHEDULED', 'QUEUED']);
/** A meeting that did not take place. */
const NOT_HELD: ReadonlySet<string | undefined> = new Set(['CANCELED', 'NO_SHOW', 'RESCHEDULED']);

const readActivity = (type: ObjectType, record: CrmRecord, now: number): Activity | undefined => {
  const at = timeOf(record, 'hs_timestamp');
  const plannedAt = (time: number): Activity | undefined =>
    time > now ? { at: time, kind: 'planned' } : undefined;
  switch (type.name) {
    case 'calls':
      return PLANNED.has(record.properties.get('hs_call_status')) ? plannedAt(at) : { at, kind: 'contacted' };
    case 'emails':
      if (record.properties.get('hs_email_direction') === 'INCOMING_EMAIL') return { at, kind: 'activity' };
      return PLANNED.has(record.properties.get('hs_email_status'))
        ? plannedAt(at)
        : { at, kind: 'contacted' };
    case 'meetings': {
      const outcome = record.properties.get('hs_meeting_outcome');
      const startsAt = timeOf(record, 'hs_meeting_start_time', 'hs_timestamp');
      if (outcome === 'COMPLETED') return { at: startsAt, kind: 'contacted' };
      if (NOT_HELD.has(outcome)) return undefined;
      return plannedAt(startsAt) ?? { at: startsAt, kind: 'contacted' };
    }
    case 'tasks':
      return record.properties.get('hs_task_status') === 'COMPLETED'
        ? { at: timeOf(record, 'hs_task_completion_date', 'hs_timestamp'), kind: 'activity' }
        : plannedAt(at);
    case 'notes':
      return { at, kind: 'activity' };
    default:
      return undefined;
  }
};

/** An import's own engagements are in the figures that the import brought. */
const isImported = ({ properties }: CrmRecord): boolean =>
  properties.get('hs_object_source_id') === SANDBOX_IMPORT.sourceId;

const linkedTo = (portal: Portal, contactId: string, type: ObjectType): readonly CrmRecord[] =>
  linked(portal, { typeId: CONTACTS.id, id: contactId }, type.id)
    .flatMap(({ id }) => findLive(portal, { typeId: type.id, id }) ?? [])
    .filter((record) => !isImported(record));

/** The newest figure that somebody else than the roll-up wrote. */
const givenFigure = (contact: CrmRecord, name: string): string =>
  contact.history
    .get(name)
    ?.findLast(({ source }) => source.sourceId !== ROLL_UP.sourceId && source.sourceType !== 'MERGE_OBJECTS')
    ?.value ?? '';

const recount = (portal: Portal, contactId: string, now: number): void => {
  const contact = findLive(portal, { typeId: CONTACTS.id, id: contactId });
  if (!contact) return;
  const activities = ENGAGEMENTS.flatMap((type) =>
    linkedTo(portal, contactId, type).flatMap((record) => readActivity(type, record, now) ?? []),
  );
  const done = activities.filter(({ kind }) => kind !== 'planned');
  const contacted = done.filter(({ kind }) => kind === 'contacted');
  const planned = activities.filter(({ kind }) => kind === 'planned');
  const count = (name: string, more: number): string => {
    const given = givenFigure(contact, name);
    return given === '' && more === 0 ? '' : String(Number(given) + more);
  };
  const latest = (name: string, of: readonly Activity[]): string => {
    const times = [parseTime(givenFigure(contact, name)), ...of.map(({ at }) => at)].filter(Number.isFinite);
    return times.length === 0 ? '' : toInstant(Math.max(...times));
  };
  const next = planned
    .map(({ at }) => at)
    .concat(parseTime(givenFigure(contact, 'notes_next_activity_date')));
  const ahead = next.filter((at) => at > now);
  const figures: Readonly<Record<string, string>> = {
    num_notes: count('num_notes', done.length),
    num_contacted_notes: count('num_contacted_notes', contacted.length),
    notes_last_updated: latest('notes_last_updated', done),
    notes_last_contacted: latest('notes_last_contacted', contacted),
    notes_next_activity_date: ahead.length === 0 ? '' : toInstant(Math.min(...ahead)),
    num_associated_deals: count('num_associated_deals', linkedTo(portal, contactId, DEALS).length),
  };
  for (const [name, value] of Object.entries(figures))
    setComputed(portal, CONTACTS, contact, name, value, ROLL_UP, now);
};

const isCounted = (type: ObjectType | undefined): boolean =>
  type?.isEngagement === true || type?.name === 'deals';

const contactsOf = (portal: Portal, typeId: string, id: string): readonly string[] =>
  linked(portal, { typeId, id }, CONTACTS.id).map((contact) => contact.id);

/** Keeps contacts' figures in step with an event that has just happened. */
export const countActivities = (portal: Portal, event: CrmEvent): void => {
  const type = findObjectType(event.objectTypeId);
  if (event.kind === 'merge' && type?.name === 'contacts') return recount(portal, event.objectId, event.at);
  if (!isCounted(type)) return;
  const { association } = event;
  const concerned =
    association?.toObjectTypeId === CONTACTS.id
      ? [association.toObjectId]
      : association
        ? []
        : contactsOf(portal, event.objectTypeId, event.objectId);
  for (const contactId of concerned) recount(portal, contactId, event.at);
};

/** What was planned for a time that has passed meanwhile is no longer ahead; a meeting has then been held. */
export const countPassed = (portal: Portal, since: number, now: number): void => {
  const concerned = new Set<string>();
  for (const type of ENGAGEMENTS)
    for (const record of getStore(portal.crm, type.name).records.values()) {
      const at = timeOf(record, 'hs_meeting_start_time', 'hs_timestamp');
      if (record.archived || at <= since || at > now) continue;
      for (const contactId of contactsOf(portal, type.id, record.id)) concerned.add(contactId);
    }
  for (const contactId of concerned) recount(portal, contactId, now);
};
