/** Making a portal: HubSpot's own properties, the default lead pipeline, no records. */

import { LEAD_STATE } from './leadStage.ts';
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

const leadPipeline = (): Pipeline => ({
  id: 'lead-pipeline-id',
  label: 'Lead pipeline',
  displayOrder: 0,
  archived: false,
  createdAt: BORN_AT,
  updatedAt: BORN_AT,
  stages: new Map(
    LEAD_STAGES.map(([id, label, state], displayOrder): [string, Stage] => [
      id,
      {
        id,
        label,
        displayOrder,
        metadata: { [LEAD_STATE]: state, isClosed: String(state === 'QUALIFIED' || state === 'UNQUALIFIED') },
        archived: false,
        createdAt: BORN_AT,
        updatedAt: BORN_AT,
      },
    ]),
  ),
});

export const createCrm = (): Crm => ({
  objects: createStores(BORN_AT),
  owners: new Map(),
  pipelines: new Map([['0-136', new Map([['lead-pipeline-id', leadPipeline()]])]]),
  lists: new Map(),
  listsOf: new Map(),
  associations: new Map(),
  counters: { record: 1000, list: 0, stage: 1_900_000, event: 0 },
});

export const createPortal = (settings: PortalSettings, crm: Crm = createCrm()): Portal => ({
  settings,
  crm,
  publish: () => undefined,
});
