/**
 * The wire between HubSpot's side (cards) and our server. Schemas are zod; extensions import the types only.
 * Within a release the contract only grows: deploy the server before the cards.
 */

import { z } from 'zod';

/** Longest note a rep can leave, in characters. */
export const NOTE_MAX_LENGTH = 2_000;

const recordId = z.string().regex(/^[0-9]{1,20}$/, 'must be a HubSpot record id (digits)');
/** Contacts and Leads carry the card. */
export const objectTypeId = z.enum(['0-1', '0-136']);
export const requestId = z.uuid('must be a UUID made by the card when its form opened');

export const recordRef = z.strictObject({
  objectTypeId: objectTypeId.describe('HubSpot object type: 0-1 contact, 0-136 lead'),
  objectId: recordId.describe('HubSpot record id'),
});

/** What HubSpot adds to every signed request; it may add more, so unknown keys pass. */
export const signedQuery = z.looseObject({
  portalId: z.coerce.number().int().positive(),
  userId: z.coerce.number().int().positive(),
  userEmail: z.string().max(320).optional(),
  appId: z.coerce.number().int().positive().optional(),
});

export const rejectionRequest = z.strictObject({
  requestId,
  record: recordRef,
  reason: z.string().max(64).nullable().describe('reason code; null or empty is refused with a sentence'),
  note: z
    .string()
    .max(200_000)
    .nullable()
    .describe(`optional; at most ${NOTE_MAX_LENGTH} characters are accepted`),
  keptDespiteEvidence: z.boolean().describe('the rep saw "the record says otherwise" and kept the reason'),
  unsubscribe: z
    .boolean()
    .nullable()
    .optional()
    .describe('whether the person wants no more e-mail, where the reason asks it'),
});

export const acceptanceRequest = z.strictObject({ requestId, record: recordRef });

export const undoRequest = z.strictObject({
  requestId,
  reason: z.string().max(2_000).nullable().describe('needed once the quick undo is over'),
  path: z.enum(['card', 'app_home']).optional().describe('where it is asked; the card where left out'),
});

/** A refusal is an answer: HTTP 200, a kind for programs and a sentence for the rep. Nothing has changed. */
export const refusal = z.object({
  ok: z.literal(false),
  kind: z.string(),
  sentence: z.string(),
  retry: z.boolean().describe('whether the same request can succeed later'),
  problems: z
    .array(z.object({ field: z.string(), sentence: z.string() }))
    .optional()
    .describe('what is wrong with which field, where a form was refused'),
});

/** One step of a plan as the rep sees it. */
export const stepView = z.object({
  label: z.string(),
  state: z.enum([
    'pending',
    'waiting',
    'running',
    'done',
    'failed',
    'unknown',
    'undone',
    'cancelled',
    'not-restored',
  ]),
  detail: z.string().nullable().describe('why it waits, failed or could not be restored'),
});

export const rejectionAnswer = z.object({
  ok: z.literal(true),
  rejectionId: z.string(),
  headline: z.string().describe('e.g. "Rejected as Too early."'),
  next: z.string().describe('what happens next, in one or two sentences'),
  undoUntil: z.iso.datetime().describe('until then one click takes it back without a question'),
});

export const acceptanceAnswer = z.object({
  ok: z.literal(true),
  acceptanceId: z.string(),
  headline: z.string(),
});

export const undoAnswer = z.object({
  ok: z.literal(true),
  undoId: z.string(),
  headline: z.string(),
  next: z.string(),
});

export const reasonOption = z.object({
  code: z.string(),
  label: z.string(),
  meaning: z.string(),
  suggestion: z.string().nullable().describe('the evidence, where the record suggests this reason'),
  contradiction: z
    .string()
    .nullable()
    .describe('"the record says otherwise", to show before the final click'),
  noteHint: z.string().nullable(),
  noteRequired: z.boolean(),
  asksUnsubscribe: z.boolean().optional().describe('ask whether the person wants no more e-mail'),
  next: z.string().describe('what would happen next with this reason'),
});

export const standingAnswer = z.object({
  kind: z.enum(['accepted', 'rejected']),
  id: z.string(),
  headline: z.string(),
  next: z.string().nullable(),
  by: z.string().describe('who answered'),
  at: z.iso.datetime(),
  reasonLabel: z.string().nullable(),
  classed: z.string().nullable().optional().describe('whose matter the rejection is, with the evidence'),
  note: z.string().nullable(),
  steps: z.array(stepView),
  undoUntil: z.iso
    .datetime()
    .nullable()
    .describe('end of the quick undo; null where there is nothing to undo'),
});

export const cardView = z.object({
  ok: z.literal(true),
  now: z.iso.datetime().describe("the server's time, so that a card with a wrong clock counts down rightly"),
  state: z.enum(['open', 'accepted', 'rejected', 'not-handed-off']),
  title: z.string().describe('e.g. MQL from "Ops webinar" · attempt 1 · handed off 1 h 12 m ago'),
  whyHere: z.array(z.string()).describe('the intent context, most important line first'),
  factsNotice: z.string().nullable().describe('said when the facts are older than they should be'),
  definition: z.object({ label: z.string(), notice: z.string().nullable(), url: z.url().nullable() }),
  reasons: z.array(reasonOption),
  standing: standingAnswer.nullable(),
  history: z
    .array(z.object({ at: z.iso.datetime(), sentence: z.string(), steps: z.array(stepView) }))
    .describe('earlier answers to this lead and their undoing, newest first'),
  notice: z.string().nullable().describe('said instead of a form where nothing can be answered now'),
  pending: z
    .string()
    .nullable()
    .describe('said above the form: a rejection that was made around the card and waits for its reason'),
  gate: z
    .object({
      sentence: z.string(),
      rules: z.array(z.object({ label: z.string(), holds: z.boolean(), fact: z.string() })),
    })
    .nullable()
    .describe('whether a rejected lead may come back, and what each rule says'),
  dispute: z
    .object({
      entryId: z.string(),
      sentence: z.string().nullable().describe('that it is looked at, or what was decided'),
      may: z.boolean().describe('whether this user may ask for it to be looked at'),
    })
    .nullable()
    .describe('of a rejection whose record and reason are compared in the weekly review'),
  waiting: z
    .object({
      sentence: z.string().describe('when the lead is looked at again, and why then'),
      proposals: z
        .array(z.object({ on: z.iso.date(), label: z.string(), quote: z.string() }))
        .describe('dates out of the note, for a person to confirm'),
      asked: z
        .object({ question: z.string(), proposedOn: z.iso.date() })
        .nullable()
        .optional()
        .describe('a date that nobody knows and that is worth waiting for, with a proposal'),
    })
    .nullable()
    .describe('what a rejected lead waits for'),
});

export type RecordRef = z.infer<typeof recordRef>;
export type RejectionRequest = z.infer<typeof rejectionRequest>;
export type AcceptanceRequest = z.infer<typeof acceptanceRequest>;
export type UndoRequest = z.infer<typeof undoRequest>;
export type RefusalAnswer = z.infer<typeof refusal>;
export type StepView = z.infer<typeof stepView>;
export type RejectionAnswer = z.infer<typeof rejectionAnswer>;
export type AcceptanceAnswer = z.infer<typeof acceptanceAnswer>;
export type UndoAnswer = z.infer<typeof undoAnswer>;
export type ReasonOption = z.infer<typeof reasonOption>;
export type StandingAnswer = z.infer<typeof standingAnswer>;
export type CardView = z.infer<typeof cardView>;

const webhookRecordId = z
  .union([z.number().int().nonnegative(), z.string().regex(/^[0-9]{1,20}$/)])
  .transform(String);

/**
 * What is used of one event of HubSpot's webhooks API (guide "Webhooks API", events of generic and of older
 * subscriptions). HubSpot adds and changes fields without notice: what is not named here is not looked at. Events come
 * late, twice and out of order.
 */
export const webhookEvent = z.object({
  portalId: z.number().int().positive(),
  appId: z.number().int().positive(),
  subscriptionType: z.string().max(100).describe('e.g. object.propertyChange'),
  objectId: webhookRecordId,
  objectTypeId: z.string().max(50).nullish(),
  propertyName: z.string().max(200).nullish(),
  changeSource: z.string().max(100).nullish(),
  sourceId: z.union([z.string(), z.number()]).nullish().describe('not documented for every event'),
  primaryObjectId: webhookRecordId.nullish().describe('merge: the record that stays'),
  mergedObjectIds: z
    .array(webhookRecordId)
    .max(1_000)
    .nullish()
    .describe('merge: the records that went into it'),
  newObjectId: webhookRecordId.nullish().describe('merge: the record that came out, where it is a new one'),
});

/** HubSpot sends at most 100 events in one request. */
export const webhookBatch = z.array(webhookEvent).min(1).max(100);

/** The same, not looked into: each event is read on its own, so that one odd event holds up no others. */
export const webhookEnvelope = z.array(z.unknown()).min(1).max(100);

/** Which app an event was sent to, also where the rest of it cannot be read. */
export const webhookAddressee = webhookEvent.pick({ appId: true });

export type WebhookEvent = z.infer<typeof webhookEvent>;
