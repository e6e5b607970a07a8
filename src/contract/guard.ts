/** The wire of what happened around the card: missing reasons, leads that wait for a review, and the coverage ledger. */

import { z } from 'zod';
import { QUEUE_PAGE_MAX } from './queues.ts';

export const findingQuery = z.object({
  after: z.uuid('must be the `next` of an earlier page').optional(),
  limit: z.coerce.number().int().min(1).max(QUEUE_PAGE_MAX).default(50),
});

const about = {
  id: z.uuid(),
  contactId: z.string(),
  name: z.string(),
  link: z.url().describe("the record on HubSpot's own pages"),
  since: z.iso.datetime(),
  age: z.string().describe('e.g. "3 days"'),
  path: z.string().describe('how it came, in words'),
  by: z.string().nullable().describe('who did it, where HubSpot names somebody'),
};

export const pendingRow = z.object({
  ...about,
  sentence: z.string().describe('what was done, and what happened to it'),
  dueOn: z.string().describe('when a manager is told, in words'),
});

export const pendingPage = z.object({
  ok: z.literal(true),
  sentence: z.string(),
  rows: z.array(pendingRow).max(QUEUE_PAGE_MAX),
  next: z.string().nullable(),
  total: z.number().int(),
});

/** How a reviewer decides on a lead that would come back for the third time. */
export const REVIEW_RESOLUTIONS = [
  { value: 'hand_off_again', label: 'Hand off again' },
  { value: 'keep_in_nurture', label: 'Keep in nurture' },
] as const;

export const reviewRow = z.object({
  ...about,
  sales: z.array(z.string()).describe('what sales said: reasons, notes, whether the record agreed'),
  marketing: z.array(z.string()).describe('what speaks for the lead: what is new since, the score'),
});

export const reviewPage = z.object({
  ok: z.literal(true),
  sentence: z.string(),
  rows: z.array(reviewRow).max(QUEUE_PAGE_MAX),
  next: z.string().nullable(),
  total: z.number().int(),
});

export const reviewRequest = z.strictObject({
  resolution: z.enum(REVIEW_RESOLUTIONS.map(({ value }) => value)),
});

export const reviewAnswer = z.object({ ok: z.literal(true), sentence: z.string() });

export const coverageQuery = z.object({
  days: z.coerce.number().int().min(1).max(730).default(90).describe('how many days back, today included'),
});

export const coverageView = z.object({
  ok: z.literal(true),
  sentence: z.string(),
  paths: z.array(
    z.object({
      path: z.string(),
      label: z.string(),
      withReason: z.number().int().describe('came with a reason on the first try'),
      missing: z.number().int(),
      invalid: z.number().int().describe('came with a reason that nobody uses here'),
      followedUp: z.number().int().describe('of those without, how many have got one since'),
      open: z.number().int(),
    }),
  ),
});

export type FindingQuery = z.output<typeof findingQuery>;
export type PendingPage = z.infer<typeof pendingPage>;
export type ReviewPage = z.infer<typeof reviewPage>;
export type ReviewRequest = z.infer<typeof reviewRequest>;
export type ReviewAnswer = z.infer<typeof reviewAnswer>;
export type CoverageQuery = z.output<typeof coverageQuery>;
export type CoverageView = z.infer<typeof coverageView>;
