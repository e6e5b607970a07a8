/** Why an answer is not taken. A refusal changes nothing; its sentence tells the rep what to do. */

import { NOTE_MAX_LENGTH } from './contract.ts';
import { readableAge, readableDay, type Day } from './calendar.ts';

/** What is wrong with one field of the settings. */
export type SettingsProblem = { readonly field: string; readonly sentence: string };

export type Refusal =
  | { readonly kind: 'reason-missing' }
  | { readonly kind: 'reason-unknown' }
  | { readonly kind: 'reason-retired'; readonly label: string }
  | { readonly kind: 'reason-not-active'; readonly label: string }
  | { readonly kind: 'note-required'; readonly label: string }
  | { readonly kind: 'note-too-long'; readonly length: number }
  | { readonly kind: 'unsubscribe-not-set-up' }
  | { readonly kind: 'record-unknown' }
  | { readonly kind: 'record-deleted' }
  | { readonly kind: 'not-handed-off' }
  | { readonly kind: 'already-rejected'; readonly label: string; readonly since: string }
  | { readonly kind: 'already-accepted'; readonly since: string }
  | { readonly kind: 'answer-unknown' }
  | { readonly kind: 'already-undone' }
  | { readonly kind: 'answer-replaced' }
  | { readonly kind: 'undo-needs-reason'; readonly seconds: number }
  | { readonly kind: 'request-reused' }
  | { readonly kind: 'portal-not-ready' }
  | { readonly kind: 'hubspot-unreachable' }
  | { readonly kind: 'settings-invalid'; readonly problems: readonly SettingsProblem[] }
  | { readonly kind: 'settings-changed'; readonly by: string; readonly since: string }
  | { readonly kind: 'not-allowed'; readonly what: string; readonly who: string }
  | { readonly kind: 'draft-replaced' }
  | { readonly kind: 'already-signed'; readonly side: 'sales' | 'marketing' }
  | { readonly kind: 'signed-other-side' }
  | { readonly kind: 'escalation-unknown' }
  | { readonly kind: 'dispute-unknown' }
  | { readonly kind: 'dispute-incomplete'; readonly problems: readonly SettingsProblem[] }
  | { readonly kind: 'event-date-unusable'; readonly coolingUntil: Day | null }
  | { readonly kind: 'contact-unusable'; readonly why: string };

export type RefusalKind = Refusal['kind'];
type RefusalOf<K extends RefusalKind> = Extract<Refusal, { kind: K }>;

type Row<K extends RefusalKind> = {
  /** Whether the same request can succeed later. */
  readonly retry: boolean;
  readonly sentence: (refusal: RefusalOf<K>, now: Date) => string;
};

const age = (since: string, now: Date): string => readableAge(new Date(since), now);

const REFUSALS: { readonly [K in RefusalKind]: Row<K> } = {
  'reason-missing': {
    retry: false,
    sentence: () => 'Choose a reason first: a lead is not rejected without one.',
  },
  'reason-unknown': {
    retry: false,
    sentence: () => 'This reason does not exist. Reload the card to get the current list.',
  },
  'reason-retired': {
    retry: false,
    sentence: ({ label }) => `“${label}” is no longer used. Reload the card and choose another reason.`,
  },
  'reason-not-active': {
    retry: false,
    sentence: ({ label }) =>
      `“${label}” is not among your team's reasons. Reload the card and choose one of them.`,
  },
  'note-required': {
    retry: false,
    sentence: ({ label }) => `“${label}” needs a short note, so that marketing can act on it.`,
  },
  'note-too-long': {
    retry: false,
    sentence: ({ length }) =>
      `The note has ${length.toLocaleString('en-GB')} characters; ${NOTE_MAX_LENGTH.toLocaleString('en-GB')} is the most. Shorten it and send again.`,
  },
  'unsubscribe-not-set-up': {
    retry: false,
    sentence: () =>
      'Nobody can be unsubscribed from here yet: an admin names the subscriptions, the legal basis and an explanation in Settings → Routing and tracks.',
  },
  'record-unknown': {
    retry: true,
    sentence: () => 'This record is not known here yet. Wait a moment and try again.',
  },
  'record-deleted': {
    retry: false,
    sentence: () => 'This record was deleted in HubSpot. There is nothing to answer.',
  },
  'not-handed-off': {
    retry: false,
    sentence: () =>
      'This lead has not been handed to sales as an MQL, so there is nothing to accept or reject.',
  },
  'already-rejected': {
    retry: false,
    sentence: ({ label, since }, now) =>
      `Already rejected as ${label}, ${age(since, now)} ago. Undo that first to answer again.`,
  },
  'already-accepted': {
    retry: false,
    sentence: ({ since }, now) => `Already accepted, ${age(since, now)} ago.`,
  },
  'answer-unknown': { retry: false, sentence: () => 'This answer is not known here. Reload the card.' },
  'already-undone': { retry: false, sentence: () => 'This answer has already been taken back.' },
  'answer-replaced': {
    retry: false,
    sentence: () => 'A later answer has replaced this one. Reload the card to see it.',
  },
  'undo-needs-reason': {
    retry: false,
    sentence: ({ seconds }) =>
      `The ${seconds} seconds for a quick undo are over. Say why, and it is taken back.`,
  },
  'request-reused': {
    retry: false,
    sentence: () => 'This request was already used for something else. Reload the card and try again.',
  },
  'portal-not-ready': {
    retry: true,
    sentence: () => 'The app is still being set up in this HubSpot account. Try again in a minute.',
  },
  'hubspot-unreachable': {
    retry: true,
    sentence: () =>
      'HubSpot did not give us this record just now. Nothing was changed; try again in a moment.',
  },
  'settings-invalid': {
    retry: false,
    sentence: ({ problems }) =>
      problems.length === 1 ? (problems[0]?.sentence ?? '') : `${problems.length} fields need another look.`,
  },
  'settings-changed': {
    retry: false,
    sentence: ({ by, since }, now) =>
      `${by} saved the settings ${age(since, now)} ago, after you had opened them. Nothing of yours was saved; reload to see theirs.`,
  },
  'not-allowed': {
    retry: false,
    sentence: ({ what, who }) => `You may not ${what}. ${who}`,
  },
  'draft-replaced': {
    retry: false,
    sentence: () => 'This draft is not the latest any more. Reload and read it before you sign.',
  },
  'already-signed': {
    retry: false,
    sentence: ({ side }) => `The ${side} side has signed this draft already.`,
  },
  'contact-unusable': { retry: false, sentence: ({ why }) => why },
  'event-date-unusable': {
    retry: false,
    sentence: ({ coolingUntil }) =>
      coolingUntil === null
        ? 'Choose a day from tomorrow on, at most five years ahead.'
        : `This lead is left alone until ${readableDay(coolingUntil)}. Choose a later day, or undo the rejection.`,
  },
  'signed-other-side': {
    retry: false,
    sentence: () => 'You have signed for the other side. A definition needs two people.',
  },
  'escalation-unknown': { retry: false, sentence: () => 'This pattern is not known here. Look again.' },
  'dispute-unknown': {
    retry: false,
    sentence: () => 'Nothing of this is open any more: it was decided or taken back meanwhile. Look again.',
  },
  'dispute-incomplete': {
    retry: false,
    sentence: ({ problems }) =>
      problems.length === 1 ? (problems[0]?.sentence ?? '') : `${problems.length} fields need another look.`,
  },
};

/** The sentence for the rep, and whether trying again can help. */
export function explainRefusal(
  refusal: Refusal,
  now: Date,
): { readonly sentence: string; readonly retry: boolean } {
  // The table's row always belongs to the refusal's own kind; TypeScript cannot follow that correlation.
  const row = REFUSALS[refusal.kind] as Row<RefusalKind>;
  return { sentence: row.sentence(refusal, now), retry: row.retry };
}
