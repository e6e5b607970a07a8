/**
 * Where each reason's track is begun, and what else a customer decides about a rejection's routing. A reason about which
 * nothing was decided goes to the product's own list, with the score mode of its row in the registry.
 */

import type { DestinationKey, ReasonCode } from './reasons.ts';
import { destinationOf, listNameOf, reasonOf } from './reasons.ts';
import type { LegalBasis, ScoreMode, TrackKind } from './settingsLists.ts';

export type Track = {
  readonly kind: TrackKind;
  /** List id (empty: the product's own list of the reason), internal name of a contact property, or sequence id. */
  readonly target: string;
  /** Name of the list or of the sequence, for people; the value to be written to a property. */
  readonly value: string;
};

/** What a customer decided about one reason. */
export type RouteSetting = {
  readonly code: ReasonCode;
  readonly track: Track;
  readonly score: ScoreMode;
  /** The track's e-mails go out as from the rep: who rejected is written where the e-mail tool reads its sender. */
  readonly asRep: boolean;
};

export type RoutingSettings = {
  readonly routes: readonly RouteSetting[];
  /** Names of contact properties that hold points. */
  readonly score: {
    readonly behaviour: string;
    readonly fit: string;
    /** The score of its own that a lead goes on with. */
    readonly nurture: string;
    /** How much `decay` takes away: 0.5 is half of the points for behaviour. */
    readonly decayShare: number;
  };
  /** Complete the rep's own open tasks about a lead that leaves sales. */
  readonly closeTasks: boolean;
  /** Cancel the rep's future meetings with it. */
  readonly cancelMeetings: boolean;
  /** Give the rep's turn in the rotation back, once the rejection stands. */
  readonly creditOwner: boolean;
  /** A lead that comes back is taken off the rep who rejected it. Off: the customer lets it go back to the same rep. */
  readonly notBackToSameRep: boolean;
  readonly flagCampaign: boolean;
  readonly unsubscribe: {
    /** Ids of HubSpot's subscription types; without one nobody can be unsubscribed by a rejection. */
    readonly subscriptionIds: readonly string[];
    readonly legalBasis: LegalBasis;
    /** Kept by HubSpot with the change. */
    readonly explanation: string;
  };
};

export const DEFAULT_ROUTING: RoutingSettings = {
  routes: [],
  score: {
    behaviour: 'mqlr_score_behaviour',
    fit: 'mqlr_score_fit',
    nurture: 'mqlr_score_nurture',
    decayShare: 0.5,
  },
  closeTasks: true,
  cancelMeetings: true,
  creditOwner: true,
  notBackToSameRep: true,
  flagCampaign: true,
  unsubscribe: { subscriptionIds: [], legalBasis: 'LEGITIMATE_INTEREST_OTHER', explanation: '' },
};

const OWN_LIST: Track = { kind: 'list', target: '', value: '' };

/** What holds for a reason about which the customer decided nothing. */
export function standardRoute(code: ReasonCode): RouteSetting {
  return { code, track: OWN_LIST, score: reasonOf(code).score, asRep: code === 'no_budget' };
}

export function routeOf(routing: RoutingSettings, code: ReasonCode): RouteSetting {
  return routing.routes.find((route) => route.code === code) ?? standardRoute(code);
}

/** The static list that a track stands for, or falls back to. */
export function listOf(
  track: Track,
  destination: DestinationKey,
  listIds: Readonly<Record<DestinationKey, string>>,
): { readonly listId: string; readonly listName: string } {
  return track.kind === 'list' && track.target !== ''
    ? { listId: track.target, listName: track.value }
    : { listId: listIds[destination], listName: listNameOf(destinationOf(destination)) };
}

/** Whether a rejection may unsubscribe: the customer named what from, on which ground, and why. */
export function canUnsubscribe({ unsubscribe }: RoutingSettings): boolean {
  return unsubscribe.subscriptionIds.length > 0 && unsubscribe.explanation.trim() !== '';
}
