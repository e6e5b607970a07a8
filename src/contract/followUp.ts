/** The wire of what follows a rejection: dates that are waited for, data that is completed, the right contact. */

import { z } from 'zod';
import { requestId } from '../contract.ts';
import { ENRICHED_PROPERTIES } from '../enrichedProperties.ts';
import { QUEUE_PAGE_MAX } from './queues.ts';

export const eventDateRequest = z.strictObject({
  requestId,
  on: z.iso.date().describe('the date of the lead’s own that is worth waiting for'),
});

export const followUpAnswer = z.object({ ok: z.literal(true), sentence: z.string() });

/** Who is named: a contact that is there, or an address by which one is found or made. */
export const successorRequest = z.union([
  z.strictObject({
    requestId,
    email: z.email().max(320),
    firstName: z.string().trim().max(100),
    lastName: z.string().trim().max(100),
  }),
  z.strictObject({ requestId, contactId: z.string().regex(/^\d{1,20}$/, 'must be the id of a contact') }),
]);

export const candidateQuery = z.object({
  q: z.string().max(200).optional().describe('words of a name, address or title'),
});

export const candidatePage = z.object({
  ok: z.literal(true),
  sentence: z.string(),
  candidates: z.array(
    z.object({
      contactId: z.string(),
      name: z.string(),
      link: z.url().describe("the record on HubSpot's own pages"),
      email: z.string().nullable(),
      jobTitle: z.string().nullable(),
    }),
  ),
});

/** What an enrichment tool sends back; property names are HubSpot's. */
/** What is read of a tool's body before its signature is checked. */
export const toolOrigin = z.object({ portalId: z.number().int().positive() });

export const enrichmentResult = z.object({
  portalId: z.number().int().positive(),
  id: z
    .string()
    .regex(
      /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[0-9]{1,3}$/,
      'must be the id of the call that is answered',
    )
    .describe('the id of the call that is answered'),
  found: z
    .partialRecord(z.enum(ENRICHED_PROPERTIES), z.string().min(1).max(500))
    .describe('what is known now; empty where nothing was found'),
});

export const enrichmentResultAnswer = z.object({
  ok: z.literal(true),
  taken: z.boolean().describe('false where nobody waits for it any more'),
});

/** A row of a queue of leads that wait. */
export const followUpRow = z.object({
  id: z.uuid().describe('the rejection'),
  contactId: z.string(),
  name: z.string(),
  link: z.url().describe("the record on HubSpot's own pages"),
  age: z.string().describe('how long ago it was rejected'),
  sentence: z.string().describe('what is being done'),
  problems: z.array(z.string()).describe('what is missing, a sentence each'),
  dueOn: z.string().describe('when something happens next, in words'),
});

export const followUpPage = z.object({
  ok: z.literal(true),
  sentence: z.string(),
  rows: z.array(followUpRow).max(QUEUE_PAGE_MAX),
  next: z.string().nullable(),
  total: z.number().int(),
});

export type CandidateQuery = z.output<typeof candidateQuery>;
export type CandidatePage = z.infer<typeof candidatePage>;
export type SuccessorRequest = z.infer<typeof successorRequest>;
export type EnrichmentResult = z.infer<typeof enrichmentResult>;
export type EnrichmentResultAnswer = z.infer<typeof enrichmentResultAnswer>;
export type FollowUpPage = z.infer<typeof followUpPage>;
export type EventDateRequest = z.infer<typeof eventDateRequest>;
export type FollowUpAnswer = z.infer<typeof followUpAnswer>;
