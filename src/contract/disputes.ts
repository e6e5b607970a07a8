/** The wire of disputes: leads whose record and reason differ, and what is changed because of them. */

import { z } from 'zod';
import { requestId } from '../contract.ts';
import { DISPUTE_CAUSES, DISPUTE_CHANGES, DISPUTE_DIMS, DISPUTE_SHOWN } from '../disputeLists.ts';
import { definitionKind } from './settings.ts';

/** Most questions on one page: each is three leads with all that is known of them. */
export const QUESTION_PAGE_MAX = 20;
/** Most leads that one decision is about. */
export const DISPUTE_LEADS_MAX = 1_000;

const entryId = z.uuid('must be the id of a rejection');

export const disputeQuery = z.object({
  after: z.coerce.number().int().min(0).max(100_000).default(0).describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(QUESTION_PAGE_MAX).default(10),
});

export const disputedLead = z.object({
  entryId: z.string(),
  name: z.string(),
  link: z.url().describe("the record on HubSpot's own pages"),
  facts: z.array(z.string()).describe('what the record says, most important line first'),
  reason: z.string(),
  evidence: z.string().describe('what speaks for and against the reason'),
  contact: z.string().describe('whether sales had been in touch'),
  response: z.string().describe('how long the answer took'),
  note: z.string().nullable(),
});

const option = z.object({ value: z.string(), label: z.string() });

const group = z.strictObject({
  reason: z.string().max(64),
  dim: z.enum(DISPUTE_DIMS.map(({ dim }) => dim)).nullable(),
  value: z.string().max(500),
});

export const disputePage = z.object({
  ok: z.literal(true),
  sentence: z.string(),
  questions: z
    .array(
      z.object({
        group,
        title: z.string(),
        sentence: z.string().describe('how many leads raise it, and since when'),
        shown: z.array(disputedLead).max(DISPUTE_SHOWN),
        entryIds: z.array(z.string()).describe('all of its leads: what a decision is about'),
      }),
    )
    .max(QUESTION_PAGE_MAX),
  next: z.string().nullable(),
  total: z.number().int().describe('questions on all pages'),
  decided: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      decision: z.string(),
      effect: z.string().describe('the share of the reason before and after, with its counts'),
    }),
  ),
  causes: z.array(option),
  changes: z.array(option),
  owners: z.array(option),
  dueOn: z.array(option).describe('days to choose from'),
  reopen: z.array(option).describe('definitions that can be opened again; empty where this user may not'),
  may: z.object({ allowed: z.boolean(), why: z.string().nullable() }),
});

export const disputeRequest = z.strictObject({ requestId, entryId });

export const disputeAnswer = z.object({ ok: z.literal(true), sentence: z.string() });

export const disputeDecisionRequest = z.strictObject({
  requestId,
  group,
  entryIds: z.array(entryId).min(1).max(DISPUTE_LEADS_MAX),
  cause: z.enum(DISPUTE_CAUSES.map(({ value }) => value)),
  change: z.enum(DISPUTE_CHANGES.map(({ value }) => value)),
  text: z.string().max(200_000).describe('what is changed; checked beside its field'),
  ownerUserId: z.number().int().positive(),
  dueOn: z.iso.date(),
  reopen: definitionKind.nullable().describe('the definition of which a draft is opened with the evidence'),
});

export const disputeDecisionAnswer = z.object({
  ok: z.literal(true),
  decisionId: z.string(),
  sentence: z.string(),
});

export type DisputeQuery = z.output<typeof disputeQuery>;
export type DisputedLead = z.infer<typeof disputedLead>;
export type DisputePage = z.infer<typeof disputePage>;
export type DisputeQuestion = DisputePage['questions'][number];
export type DisputeRequest = z.infer<typeof disputeRequest>;
export type DisputeAnswer = z.infer<typeof disputeAnswer>;
export type DisputeDecisionRequest = z.infer<typeof disputeDecisionRequest>;
export type DisputeDecisionAnswer = z.infer<typeof disputeDecisionAnswer>;
