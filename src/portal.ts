/**
 * What an installation found or made in one HubSpot portal: the ids that plans are written in. It is read at
 * start, repaired when something is missing, and never assumed.
 */

import type { DestinationKey, ReasonCode } from './reasons.ts';

export type PortalMap = {
  readonly portalId: number;
  /** IANA time zone of the portal's account. */
  readonly timeZone: string;
  /** Domain of HubSpot's own pages for this portal, for links to records; e.g. `app-eu1.hubspot.com`. */
  readonly uiDomain: string;
  /** HubSpot user id → the name people know; notes and cards show it. */
  readonly userNames: Readonly<Record<string, string>>;
  /** HubSpot user id → owner id, who tasks go to. Left out in maps of earlier releases, until the next start. */
  readonly ownerIds?: Readonly<Record<string, string>>;
  /** Static list id per destination. */
  readonly listIds: Readonly<Record<DestinationKey, string>>;
  /** Values of `hs_lead_status` that exist in this portal. */
  readonly leadStatuses: readonly string[];
  /** The words that people know those values by. Left out in maps of earlier releases, until the next start. */
  readonly leadStatusLabels?: Readonly<Record<string, string>>;
  /** Lifecycle stages in their order, from the property's own options. */
  readonly lifecycleStages: readonly { readonly value: string; readonly label: string }[];
  /** The portal's Lead object, or `null` where the plan has none (Sales Hub Professional and up). */
  readonly leads: {
    readonly pipelines: readonly {
      readonly pipelineId: string;
      /** The stage that means "disqualified" in this pipeline; `null` when the pipeline has none. */
      readonly disqualifiedStageId: string | null;
      /** The stage that means sales works on the lead; `null` when the pipeline has none. */
      readonly connectedStageId: string | null;
      readonly stages: readonly { readonly stageId: string; readonly label: string }[];
    }[];
    /** All of the portal's own options, in its order. Left out in maps of earlier releases, until the next start. */
    readonly disqualificationOptions?: readonly { readonly value: string; readonly label: string }[];
    /** Our reason code → the portal's own disqualification option, where its label means the same. */
    readonly disqualificationReasons: Readonly<Partial<Record<ReasonCode, string>>>;
  } | null;
};
