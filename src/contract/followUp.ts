/** The wire of what follows a rejection: dates that are waited for. */

import { z } from 'zod';
import { requestId } from '../contract.ts';

export const eventDateRequest = z.strictObject({
  requestId,
  on: z.iso.date().describe('the date of the lead’s own that is worth waiting for'),
});

export const followUpAnswer = z.object({ ok: z.literal(true), sentence: z.string() });

export type EventDateRequest = z.infer<typeof eventDateRequest>;
export type FollowUpAnswer = z.infer<typeof followUpAnswer>;
