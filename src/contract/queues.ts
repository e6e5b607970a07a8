/** The wire of the app home page: queues that wait for a person, and what is decided in them. */

import { z } from 'zod';
import { NOTE_MAX_LENGTH } from '../contract.ts';

/** Most rows that one look may ask for: HubSpot's tables draw every row they are given. */
export const QUEUE_PAGE_MAX = 100;
/** Most rejections that one request approves. */
export const APPROVE_MAX = 500;
/** Most rejections that one request overrides; each is a transaction of its own. */
export const OVERRIDE_MAX = 50;

export const queueQuery = z.object({
  after: z
    .string()
    .regex(/^[0-9]{1,15}$/, 'must be the `next` of an earlier page')
    .optional()
    .describe('`next` of the page before; left out for the first'),
  limit: z.coerce.number().int().min(1).max(QUEUE_PAGE_MAX).default(50),
  q: z.string().max(200).optional().describe('looked for in name, e-mail, company and note'),
  reason: z.string().max(64).optional().describe('reason code'),
});

export const batchRow = z.object({
  id: z.uuid().describe('id of the rejection'),
  contactId: z.string(),
  leadId: z.string().nullable(),
  name: z.string(),
  link: z.url().describe("the record on HubSpot's own pages"),
  reasonCode: z.string(),
  reasonLabel: z.string(),
  note: z.string().nullable(),
  // Named here, since pages take this file's types alone; who fills the row is held to them by the compiler.
  evidence: z.enum(['agrees', 'disagrees', 'silent']),
  evidenceLabel: z.string(),
  classed: z.string().nullable().optional().describe('whose matter the rejection is, with the evidence'),
  by: z.string(),
  path: z.string().describe('how the rejection reached us, in words'),
  since: z.iso.datetime(),
  age: z.string().describe('e.g. "3 d 4 h"'),
  nextStep: z.string(),
  nextStepOn: z.string().describe('its day in words'),
  runsAt: z.iso.datetime().describe('when the steps that wait run by themselves'),
  runsOn: z.string().describe('the same day in words, in the time zone of the account'),
});

/** A reason that an override may choose. */
export const overrideReason = z.object({
  code: z.string(),
  label: z.string(),
  meaning: z.string(),
  noteRequired: z.boolean(),
});

export const batchPage = z.object({
  ok: z.literal(true),
  sentence: z.string().describe('how many wait, since when, and when they run by themselves'),
  rows: z.array(batchRow).max(QUEUE_PAGE_MAX),
  next: z.string().nullable().describe('`after` of the page behind this one; null on the last'),
  total: z.number().int().describe('all that fit the filter, on every page'),
  waiting: z.number().int().describe('all that wait, whatever the filter'),
  reasons: z
    .array(z.object({ code: z.string(), label: z.string(), count: z.number().int() }))
    .describe('reasons of what waits, to filter by'),
  overrideReasons: z.array(overrideReason),
});

const entryId = z.uuid('must be the id of a rejection');

export const batchRequest = z.strictObject({
  requestId: z.uuid('must be a UUID made by the page when the decision was taken'),
  approve: z.array(entryId).max(APPROVE_MAX),
  override: z
    .array(
      z.strictObject({
        entryId,
        reason: z.string().max(64).describe('the other reason'),
        note: z
          .string()
          .max(200_000)
          .nullable()
          .describe(`optional; at most ${NOTE_MAX_LENGTH} characters are accepted`),
      }),
    )
    .max(OVERRIDE_MAX),
});

export const batchResult = z.object({
  entryId: z.string(),
  ok: z.boolean(),
  sentence: z.string(),
});

export const batchAnswer = z.object({
  ok: z.literal(true),
  results: z.array(batchResult).describe('one for each rejection that was asked about, in that order'),
});

export type QueueQuery = z.output<typeof queueQuery>;
export type BatchRow = z.infer<typeof batchRow>;
export type OverrideReason = z.infer<typeof overrideReason>;
export type BatchPage = z.infer<typeof batchPage>;
export type BatchRequest = z.infer<typeof batchRequest>;
export type BatchResult = z.infer<typeof batchResult>;
export type BatchAnswer = z.infer<typeof batchAnswer>;
