/** Ends a step of a workflow that waits at one of our actions. */

import { z } from 'zod';
import type { PortalRef } from './budget.ts';
import type { HubSpotClient } from './client.ts';
import { paths } from './paths.ts';

/**
 * Tells a waiting workflow its outcome. Saying the same again does no harm: HubSpot takes the first, and refuses what no
 * longer waits.
 */
export async function completeCallback(
  client: HubSpotClient,
  portal: PortalRef,
  callbackId: string,
  outputFields: Readonly<Record<string, string>>,
): Promise<void> {
  await client.call(
    portal,
    {
      method: 'POST',
      path: paths.completeCallback(callbackId),
      // HubSpot asks for both; ours are texts and options, which need no types of their own.
      body: { outputFields, typedOutputs: {} },
    },
    z.unknown(),
  );
}
