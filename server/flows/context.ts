/** What every flow is given. Built once in wire.ts; a test builds it with its own clock. */

import type { PortalMap } from '../../src/portal.ts';
import type { Gateway } from '../hubspot/gateway.ts';
import type { Queue } from '../jobs/queue.ts';
import type { Store } from '../store/db.ts';
import type { Log, Metrics } from '../telemetry.ts';
import type { EnrichmentTool } from '../tools/enrichmentTool.ts';

export type FlowContext = {
  readonly store: Store;
  readonly queue: Queue;
  readonly gateway: Gateway;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Waits so many milliseconds of the same clock as `now`. */
  readonly pause: (ms: number) => Promise<unknown>;
  /** Whether the process is to end: long work then stops at its next good place, and leaves a job for the rest. */
  readonly stopping: () => boolean;
  /** `null` where no secret is set to sign its calls with. */
  readonly enrichmentTool: EnrichmentTool | null;
  /** Our own HubSpot app: changes that it made are told by it. */
  readonly appId: number;
  /** The portals whose tokens we hold; nobody else is answered. */
  readonly portalIds: readonly number[];
  readonly log: Log;
  readonly metrics: Metrics;
};

/** Who acts, from the signed URL and never from a body. */
export type Identity = {
  readonly portalId: number;
  readonly userId: number;
  readonly userEmail: string | null;
};

/** A workflow of HubSpot's that answers: it has a name and is no user. */
export type WorkflowCaller = {
  readonly portalId: number;
  readonly userId: null;
  readonly name: string;
};

/** Whoever answers a hand-off. */
export type Answerer = Identity | WorkflowCaller;

/** The portal's map and the moment of a decision, together since most flows need both. */
export type PortalAt = { readonly portal: PortalMap; readonly now: Date };
