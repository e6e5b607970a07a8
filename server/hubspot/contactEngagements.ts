/**
 * Calls, e-mails and meetings of contacts, by HubSpot's public documentation of these objects. A kind that the portal
 * or the token does not give is left out: the contact's own counters still tell that there was a contact.
 */

import type { Engagement } from '../../src/firstContact.ts';
import { readAssociations } from './associations.ts';
import { HubSpotError } from './errors.ts';
import { readRecords, type Crm } from './records.ts';

type Values = Readonly<Record<string, string>>;
type Kind = {
  readonly kind: Engagement['kind'];
  /** When it took place. */
  readonly at: string;
  readonly properties: readonly string[];
  readonly isOurs: (values: Values) => boolean;
};

const KINDS = {
  calls: {
    kind: 'call',
    at: 'hs_timestamp',
    properties: ['hs_call_direction'],
    // Calls that were typed in by hand have no direction; a rep types in what they did.
    isOurs: ({ hs_call_direction: direction = '' }) => direction !== 'INBOUND',
  },
  emails: {
    kind: 'email',
    at: 'hs_timestamp',
    properties: ['hs_email_direction', 'hs_email_status'],
    isOurs: ({ hs_email_direction: direction, hs_email_status: status = '' }) =>
      direction === 'EMAIL' && status !== 'FAILED' && status !== 'BOUNCED',
  },
  meetings: {
    kind: 'meeting',
    at: 'hs_timestamp',
    properties: ['hs_meeting_outcome'],
    isOurs: ({ hs_meeting_outcome: outcome = '' }) =>
      !['CANCELED', 'NO_SHOW', 'RESCHEDULED'].includes(outcome),
  },
} as const satisfies Readonly<Record<string, Kind>>;

/** Of each contact so many are read at a time, and so many at most: a contact may have hundreds from the years before. */
const AT_A_TIME = 10;
const MOST = 50;

/**
 * Engagements from a moment on, by contact id, out of those made last: each kind is read backwards until one is older.
 * A contact without any is absent, and so is one that has had too many since to know which was the first.
 *
 * @param since by contact id, on HubSpot's clock
 */
export async function readEngagements(
  crm: Crm,
  since: ReadonlyMap<string, Date>,
): Promise<ReadonlyMap<string, readonly Engagement[]>> {
  const found = new Map<string, Engagement[]>();
  const tooMany = new Set<string>();
  for (const [type, kind] of Object.entries(KINDS) as [keyof typeof KINDS, Kind][]) {
    try {
      const read = await readKind(crm, type, kind, since);
      for (const contactId of read.tooMany) tooMany.add(contactId);
      for (const [contactId, engagements] of read.found)
        found.set(contactId, [...(found.get(contactId) ?? []), ...engagements]);
    } catch (error) {
      if (!(error instanceof HubSpotError) || !NOT_GIVEN.includes(error.kind)) throw error;
    }
  }
  for (const contactId of tooMany) found.delete(contactId);
  return found;
}

async function readKind(crm: Crm, type: keyof typeof KINDS, kind: Kind, since: ReadonlyMap<string, Date>) {
  const associations = await readAssociations(crm, 'contacts', type, [...since.keys()]);
  const found = new Map<string, readonly Engagement[]>();
  let open = new Map(
    [...associations].map(([contactId, ofContact]) => [
      contactId,
      ofContact.map(({ id }) => id).sort(newestFirst),
    ]),
  );
  for (let read = 0; read < MOST && open.size > 0; read += AT_A_TIME) {
    const next = [...open].map(([contactId, ids]) => [contactId, ids.slice(0, AT_A_TIME)] as const);
    const asked = next.flatMap(([, ids]) => ids);
    const records = await readRecords(crm, type, asked, [kind.at, ...kind.properties]);
    const goOn = new Map<string, string[]>();
    for (const [contactId, ids] of next) {
      const from = since.get(contactId)?.getTime() ?? 0;
      const engagements = ids.flatMap((id) => toEngagement(kind, records.get(id)?.properties));
      found.set(contactId, [...(found.get(contactId) ?? []), ...engagements]);
      const left = (open.get(contactId) ?? []).slice(AT_A_TIME);
      const oldest = engagements.at(-1);
      const isReached = oldest !== undefined && oldest.at.getTime() < from;
      if (left.length > 0 && !isReached) goOn.set(contactId, left);
    }
    open = goOn;
  }
  return { found, tooMany: [...open.keys()] };
}

/** Ids grow: the larger one was made later. They are too long for numbers. */
const newestFirst = (a: string, b: string): number => b.length - a.length || (a < b ? 1 : -1);

/** Nothing that passes: the subscription has no such object, the token no such scope. */
const NOT_GIVEN: readonly string[] = ['forbidden', 'missing-scopes', 'not-found'];

function toEngagement({ kind, at, isOurs }: Kind, values: Values | undefined): readonly Engagement[] {
  if (values === undefined) return [];
  const moment = new Date(values[at] ?? '');
  return Number.isNaN(moment.getTime()) ? [] : [{ kind, at: moment, isOurs: isOurs(values) }];
}
