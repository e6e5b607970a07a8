/** Builders with overrides for domain tests. */

import type { LeadFacts } from '../../src/facts.ts';
import { toLeadFacts } from '../../src/facts.ts';
import type { PortalMap } from '../../src/portal.ts';
import { DESTINATIONS, type DestinationKey } from '../../src/reasons.ts';
import type { RejectionCommand, Situation } from '../../src/rejection.ts';
import { DEFAULT_SETTINGS } from '../../src/settings.ts';

export const NOW = new Date('2026-11-22T10:00:00Z');

export function buildFacts(overrides: Partial<LeadFacts> = {}): LeadFacts {
  const blank = toLeadFacts('101', {}, [], NOW);
  return {
    ...blank,
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'ada@engines.example',
    phone: '+49 30 901820',
    company: 'Analytical Engines',
    jobTitle: 'VP Operations',
    employees: '240',
    ownerId: '77',
    lifecycleStage: 'marketingqualifiedlead',
    leadStatus: 'NEW',
    source: 'ORGANIC_SEARCH',
    campaign: 'ops-webinar',
    score: 60,
    pageViews: 12,
    firstSeenAt: '2026-09-01T08:00:00.000Z',
    lastSeenAt: '2026-11-20T08:00:00.000Z',
    handedOffAt: '2026-11-22T08:48:00.000Z',
    ...overrides,
  };
}

export const buildPortal = (overrides: Partial<PortalMap> = {}): PortalMap => ({
  portalId: 1,
  timeZone: 'Europe/Berlin',
  uiDomain: 'app.hubspot.com',
  userNames: {},
  listIds: Object.fromEntries(DESTINATIONS.map(({ key }, index) => [key, String(index + 1)])) as Record<
    DestinationKey,
    string
  >,
  leadStatuses: ['NEW', 'OPEN', 'IN_PROGRESS', 'OPEN_DEAL', 'CONNECTED', 'UNQUALIFIED', 'BAD_TIMING'],
  lifecycleStages: ['subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'other'].map(
    (value) => ({ value, label: value }),
  ),
  leads: {
    pipelines: [
      {
        pipelineId: 'lead-pipeline-id',
        disqualifiedStageId: 'unqualified-stage-id',
        connectedStageId: 'connected-stage-id',
        stages: [],
      },
    ],
    disqualificationReasons: { not_icp: 'NOT_A_GOOD_FIT' },
  },
  ...overrides,
});

export const buildSituation = (overrides: Partial<Situation> = {}): Situation => ({
  settings: DEFAULT_SETTINGS,
  portal: buildPortal(),
  facts: buildFacts(),
  duplicate: null,
  standing: null,
  handOff: null,
  earlierRejections: 0,
  ...overrides,
});

export const buildRejection = (overrides: Partial<RejectionCommand> = {}): RejectionCommand => ({
  reason: 'too_early',
  note: null,
  keptDespiteEvidence: false,
  path: 'card',
  actor: { userId: 9, name: 'mia@example.com' },
  leadId: null,
  ...overrides,
});
