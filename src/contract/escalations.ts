/** The wire of odd patterns that a person looks at: what was found, the leads behind it, and what it was resolved as. */

import { z } from 'zod';
import { ESCALATION_QUESTIONS, ESCALATION_VERDICTS } from '../escalationLists.ts';

/** Most leads that are listed of a pattern. */
export const ESCALATION_LEADS_MAX = 50;
/** Longest resolution, in characters. */
export const RESOLUTION_MAX_LENGTH = 2_000;

const choice = z.object({ value: z.string(), label: z.string() });

export const escalationLead = z.object({
  contactId: z.string(),
  name: z.string(),
  link: z.url().describe("the record on HubSpot's own pages"),
  owner: z.string().describe('whose lead it is, in words'),
  age: z.string().describe('how long ago it was rejected'),
  reason: z.string(),
});

export const escalationRow = z.object({
  id: z.uuid(),
  title: z.string(),
  sentence: z.string().describe('what was counted, and how likely it is by chance'),
  age: z.string().describe('how long ago it was raised'),
  leads: z.array(escalationLead).max(ESCALATION_LEADS_MAX),
  more: z.number().int().describe('leads behind it that are not listed'),
});

export const resolvedEscalation = z.object({ id: z.uuid(), title: z.string(), sentence: z.string() });

export const escalationPage = z.object({
  ok: z.literal(true),
  sentence: z.string(),
  notEnough: z.string().nullable().describe('what could not be looked at, and why'),
  rows: z.array(escalationRow),
  resolved: z.array(resolvedEscalation).describe('the latest ones, newest first'),
  questions: z.array(choice),
  verdicts: z.array(choice),
});

const verdict = z.enum(ESCALATION_VERDICTS.map(({ value }) => value));

export const escalationRequest = z.strictObject({
  verdicts: z
    .strictObject({ icp: verdict, competitor: verdict, product: verdict })
    .describe(ESCALATION_QUESTIONS.map(({ value, label }) => `${value}: ${label}`).join(' ')),
  text: z.string().max(RESOLUTION_MAX_LENGTH).describe('what is done about it; may be empty'),
});

export const escalationAnswer = z.object({ ok: z.literal(true), sentence: z.string() });

export type EscalationPage = z.infer<typeof escalationPage>;
export type EscalationRequest = z.infer<typeof escalationRequest>;
export type EscalationAnswer = z.infer<typeof escalationAnswer>;
