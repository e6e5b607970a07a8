/** One version of a property's value, as HubSpot's histories tell it. */

import { z } from 'zod';
import type { PropertyVersion } from '../../src/watch.ts';

export const version = z.object({
  value: z.string().nullish(),
  timestamp: z.string(),
  sourceType: z.string().nullish(),
  sourceId: z.string().nullish(),
  updatedByUserId: z.number().nullish(),
});

/** Whose change it was: named by itself, or in the source's id as in `userId:77`. */
function userOf({ updatedByUserId, sourceId }: z.infer<typeof version>): number | null {
  const named = updatedByUserId ?? /^userId:(\d+)$/.exec(sourceId ?? '')?.[1] ?? null;
  return named === null ? null : Number(named);
}

/** In our words. @param appId our own app's, by which our writes are told */
export function toVersion(one: z.infer<typeof version>, appId: number): PropertyVersion {
  return {
    value: one.value ?? '',
    at: new Date(one.timestamp),
    isOurs: one.sourceType === 'INTEGRATION' && one.sourceId === String(appId),
    sourceType: one.sourceType ?? '',
    userId: userOf(one),
  };
}
