/** What other people do to the records in HubSpot's own pages. */

import fc from 'fast-check';
import type { Run } from './run.ts';
import type { Command } from './commands.ts';
import { OWNERS } from './stage.ts';

const contacts = '/crm/objects/2026-09/contacts';

const person = (name: string, run: (run: Run) => Promise<void>): Command => ({
  check: () => true,
  run: async (model) => {
    await model.tick();
    await run(model);
  },
  toString: () => `a person ${name}`,
});

const writes = (index: number, property: string, value: string): Command =>
  person(`sets ${property} of ${index} to "${value}"`, async (run) => {
    const { model } = run.lead(index);
    if (model.deleted || model.valueOf(property) === value) return;
    await run.stage.house.byHand(model.contactId, { [property]: value });
    model.personWrites(property, value, run.now());
  });

const movesLead = (index: number, stageId: string): Command =>
  person(`moves the Lead of ${index} to ${stageId}`, async (run) => {
    const { model } = run.lead(index);
    if (model.leadId === null || model.stage?.value === stageId) return;
    await run.stage.house.asPerson('PATCH', `/crm/objects/2026-09/leads/${model.leadId}`, {
      properties: { hs_pipeline_stage: stageId },
    });
    model.personMovesLead(stageId, run.now());
  });

const listed = (index: number, list: string, verb: 'add' | 'remove'): Command =>
  person(`${verb}s ${index}: list ${list}`, async (run) => {
    const { model } = run.lead(index);
    if (model.deleted) return;
    const listId = run.stage.listIdOf(`MQL loop: ${list}`);
    // The same call as ours: a fault that waits for ours must not meet the person's.
    await run.faultsOff();
    await run.stage.house.asPerson('PUT', `/crm/lists/2026-09/${listId}/memberships/${verb}`, [
      model.contactId,
    ]);
    model.personLists(listId, verb);
  });

const handles = (index: number, what: 'deletes' | 'completes', type: 'tasks' | 'notes'): Command =>
  person(`${what} the ${type} of ${index}`, async (run) => {
    const { model } = run.lead(index);
    const held = (await run.stage.look([model])).get(model.contactId);
    for (const [reference, state] of model.made) {
      const found = held?.ids.get(reference);
      if (found?.type !== type || state === 'gone') continue;
      const path = `/crm/objects/2026-09/${type}/${found.id}`;
      if (what === 'deletes') await run.stage.house.asPerson('DELETE', path);
      else if (type === 'tasks')
        await run.stage.house.asPerson('PATCH', path, { properties: { hs_task_status: 'COMPLETED' } });
      if (what === 'deletes') model.personDeletes(reference);
      else if (type === 'tasks') model.made.set(reference, 'completed');
    }
  });

const deletes = (index: number): Command =>
  person(`deletes ${index}`, async (run) => {
    const { model } = run.lead(index);
    if (model.deleted) return;
    await run.stage.house.asPerson('DELETE', `${contacts}/${model.contactId}`);
    model.deleted = true;
  });

export const personArbitrary: fc.Arbitrary<Command> = (() => {
  const index = fc.constantFrom(0, 0, 0, 1);
  const property = fc.oneof(
    fc.tuple(fc.constant('hs_lead_status'), fc.constantFrom('NEW', 'OPEN', 'CONNECTED', 'BAD_TIMING', '')),
    fc.tuple(
      fc.constant('lifecyclestage'),
      fc.constantFrom('marketingqualifiedlead', 'salesqualifiedlead', 'lead', 'opportunity', ''),
    ),
    fc.tuple(fc.constant('hubspot_owner_id'), fc.constantFrom(...OWNERS, '')),
    fc.tuple(fc.constant('mqlr_status'), fc.constantFrom('accepted', 'rejected', '')),
    fc.tuple(fc.constant('mqlr_reason'), fc.constantFrom('not_icp', 'bad_timing', '')),
    fc.tuple(fc.constant('mqlr_next_step'), fc.constantFrom('Call Ada', '')),
  );
  return fc.oneof(
    { weight: 8, arbitrary: fc.tuple(index, property).map(([at, [name, value]]) => writes(at, name, value)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(index, fc.constantFrom('connected-stage-id', 'attempting-stage-id'))
        .map((args) => movesLead(...args)),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          index,
          fc.constantFrom('educational track', 'disqualified leads'),
          fc.constantFrom<'add' | 'remove'>('add', 'remove'),
        )
        .map((args) => listed(...args)),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          index,
          fc.constantFrom<'deletes' | 'completes'>('deletes', 'completes'),
          fc.constantFrom<'tasks' | 'notes'>('tasks', 'notes'),
        )
        .map((args) => handles(...args)),
    },
    { weight: 1, arbitrary: index.map(deletes) },
  );
})();
