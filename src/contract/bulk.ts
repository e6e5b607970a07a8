/** The wire of the bulk action: one reason for many records, answered row by row. */

import { z } from 'zod';
import { NOTE_MAX_LENGTH, objectTypeId, reasonOption, recordRef, requestId } from '../contract.ts';
import { REJECT_RESULTS } from './workflow.ts';

/** Most records of one request. The page sends as many requests as it takes, so that progress can be shown. */
export const BULK_MAX = 50;

export const reasonsAnswer = z.object({
  ok: z.literal(true),
  reasons: z.array(
    reasonOption.pick({ code: true, label: true, meaning: true, noteHint: true, noteRequired: true }),
  ),
  atOnce: z.number().int().describe('most records of one request'),
});

export const bulkRequest = z.strictObject({
  requestId: requestId.describe('of this part of the selection; the same when it is sent again'),
  objectTypeId,
  objectIds: z.array(recordRef.shape.objectId).min(1).max(BULK_MAX),
  reason: z.string().max(64).nullable().describe('reason code'),
  note: z
    .string()
    .max(200_000)
    .nullable()
    .describe(`optional; at most ${NOTE_MAX_LENGTH} characters are accepted`),
});

/** What became of a row; `later` where sending it again can help. */
export const BULK_RESULTS = [...REJECT_RESULTS, 'later'] as const;

export const bulkAnswer = z.object({
  ok: z.literal(true),
  rows: z.array(
    z.object({
      objectId: z.string(),
      name: z.string(),
      result: z.enum(BULK_RESULTS),
      sentence: z.string(),
    }),
  ),
});

export type ReasonsAnswer = z.infer<typeof reasonsAnswer>;
export type BulkRequest = z.infer<typeof bulkRequest>;
export type BulkAnswer = z.infer<typeof bulkAnswer>;
export type BulkRow = BulkAnswer['rows'][number];
