/** Making a portal: HubSpot's own properties, the default pipelines of leads and deals, no records. */

import { DEAL_PROBABILITY } from './dealStage.ts';
import { LEAD_STATE } from './leadStage.ts';
import { createSubscriptions } from './optOuts.ts';
import { createStores } from './propertyDefinitions.ts';
import type { Crm, Pipeline, Portal, PortalSettings, Stage } from './state.ts';

/** Fixed date of everything that a portal has from birth. */
const BORN_AT = Date.parse('2024-01-15T09:00:00Z');

/** HubSpot's default pipeline for leads. Docs: crm leads guide; ids seen in public portals. */
const LEAD_STAGES = [
  ['new-stage-id', 'New', 'NEW'],
  ['attempting-stage-id', 'Attempting', 'IN_PROGRESS'],
  ['connected-stage-id', 'Connected', 'IN_PROGRESS'],
  ['qualified-stage-id', 'Qualified', 'QUALIFIED'],
  ['unqualified-stage-id', 'Disqualified', 'UNQUALIFIED'],
] as const;

/** HubSpot's default pipeline for deals: ids, labels, probabilities. Docs: crm deals guide; pipelines guide, "Deal stages". */
const DEAL_STAGES = [
  ['appointmentscheduled', 'Appointment Scheduled', '0.2'],
  ['qualifiedtobuy', 'Qualified To Buy', '0.4'],
  ['presentationscheduled', 'Presentation Scheduled', '0.6'],
  ['decisionmakerboughtin', 'Decision Maker Bought-In', '0.8'],
  ['contractsent', 'Contract Sent', '0.9'],
  ['closedwon', 'Closed Won', '1.0'],
  ['closedlost', 'Closed Lost', '0.0'],
] as const;

type StageRow = readonly [id: string, label: string, metadata: Stage['metadata']];

const pipeline = (id: string, label: string, rows: readonly StageRow[]): Pipeline => ({
  id,
  label,
  displayOrder: 0,
  archived: false,
  createdAt: BORN_AT,
  updatedAt: BORN_AT,
  stages: new Map(
    rows.map(([stageId, stageLabel, metadata], displayOrder): [string, Stage] => [
      stageId,
      {
        id: stageId,
        label: stageLabel,
        displayOrder,
        metadata,
        archived: false,
        createdAt: BORN_AT,
        updatedAt: BORN_AT,
      },
    ]),
  ),
});

const createPipelines = (): Crm['pipelines'] => {
  const leads = LEAD_STAGES.map(([id, label, state]): StageRow => {
    const isClosed = String(state === 'QUALIFIED' || state === 'UNQUALIFIED');
    return [id, label, { [LEAD_STATE]: state, isClosed }];
  });
  const deals = DEAL_STAGES.map(([id, label, probability]): StageRow => {
    const isClosed = String(probability === '1.0' || probability === '0.0');
    return [id, label, { [DEAL_PROBABILITY]: probability, isClosed }];
  });
  return new Map([
    ['0-136', new Map([['lead-pipeline-id', pipeline('lead-pipeline-id', 'Lead pipeline', leads)]])],
    ['0-3', new Map([['default', pipeline('default', 'Sales Pipeline', deals)]])],
  ]);
};

export const createCrm = (): Crm => ({
  objects: createStores(BORN_AT),
  owners: new Map(),
  pipelines: createPipelines(),
  lists: new Map(),
  listsOf: new Map(),
  associations: new Map(),
  emailSubscriptions: createSubscriptions(BORN_AT),
  emailStatuses: new Map(),
  emailOptOuts: new Map(),
  sequences: new Map(),
  sequenceEnrollments: new Map(),
  workflows: new Map(),
  workflowRuns: new Map(),
  counters: {
    record: 1000,
    list: 0,
    stage: 1_900_000,
    event: 0,
    sequence: 500_000,
    enrollment: 700_000,
    workflow: 800_000,
    workflowRun: 0,
  },
});

export const createPortal = (settings: PortalSettings, crm: Crm = createCrm()): Portal => ({
  settings,
  crm,
  publish: () => undefined,
  wakeWorkflows: () => undefined,
});
