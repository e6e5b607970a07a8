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

/** By contact id; contacts without any are absent. */
export async function readEngagements(
  crm: Crm,
  contactIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Engagement[]>> {
  const found = new Map<string, Engagement[]>();
  for (const [type, kind] of Object.entries(KINDS) as [keyof typeof KINDS, Kind][]) {
    try {
      const associations = await readAssociations(crm, 'contacts', type, contactIds);
      const ids = [...associations.values()].flat().map(({ id }) => id);
      const records = await readRecords(crm, type, ids, [kind.at, ...kind.properties]);
      for (const [contactId, ofContact] of associations) {
        const engagements = ofContact.flatMap(({ id }) => toEngagement(kind, records.get(id)?.properties));
        found.set(contactId, [...(found.get(contactId) ?? []), ...engagements]);
      }
    } catch (error) {
      if (!(error instanceof HubSpotError) || !NOT_GIVEN.includes(error.kind)) throw error;
    }
  }
  return found;
}

/** Nothing that passes: the subscription has no such object, the token no such scope. */
const NOT_GIVEN: readonly string[] = ['forbidden', 'missing-scopes', 'not-found'];

function toEngagement({ kind, at, isOurs }: Kind, values: Values | undefined): readonly Engagement[] {
  if (values === undefined) return [];
  const moment = new Date(values[at] ?? '');
  return Number.isNaN(moment.getTime()) ? [] : [{ kind, at: moment, isOurs: isOurs(values) }];
}
