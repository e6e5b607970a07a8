/** When sales first reached out after a hand-off: from HubSpot's own engagements, and from what it counts on the contact. */

import type { LeadFacts } from './facts.ts';

/** One call, e-mail or meeting of a contact, as the gateway read it. */
export type Engagement = {
  readonly kind: 'call' | 'email' | 'meeting';
  /** When it took place, on HubSpot's clock. */
  readonly at: Date;
  /** Whether sales did it: no incoming call or e-mail, no meeting that was called off. */
  readonly isOurs: boolean;
};

export const CONTACT_KINDS = ['call', 'email', 'meeting', 'logged'] as const;

export type FirstContact = {
  /** `logged`: HubSpot counts a contact, and no engagement tells which. */
  readonly kind: (typeof CONTACT_KINDS)[number];
  readonly at: Date;
  /** Whether it is known to be the first: HubSpot keeps the date of the last one only. */
  readonly isFirst: boolean;
};

/** The earliest thing that sales did from the hand-off on, and not in the time to come. */
export function firstEngagement(
  engagements: readonly Engagement[],
  openedAt: Date,
  now: Date,
): FirstContact | null {
  const [first] = engagements
    .filter(({ isOurs, at }) => isOurs && at >= openedAt && at <= now)
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  return first === undefined ? null : { kind: first.kind, at: first.at, isFirst: true };
}

/** What the contact's own properties tell. Of several contacts only the last one's date is there. */
export function loggedContact(
  { lastContactedAt, contactAttempts }: Pick<LeadFacts, 'lastContactedAt' | 'contactAttempts'>,
  openedAt: Date,
): FirstContact | null {
  if (lastContactedAt === null) return null;
  const at = new Date(lastContactedAt);
  if (at < openedAt) return null;
  return { kind: 'logged', at, isFirst: contactAttempts === 1 };
}
