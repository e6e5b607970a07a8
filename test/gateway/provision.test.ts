import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MQL_PROPERTIES, PROPERTY_GROUP } from '../../src/mqlProperties.ts';
import { DESTINATIONS } from '../../src/reasons.ts';
import { buildStep, openLab, type Json, type Lab, type LabPortal } from './lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const PROPERTIES = '/crm/properties/2026-09/contacts';
const LISTS = '/crm/lists/2026-09';

const writesOf = async (portal: LabPortal): Promise<string[]> =>
  (await portal.log())
    .filter(({ method, path }) => method !== 'GET' && !path.endsWith('batch/read'))
    .map(({ method, path }) => `${method} ${path}`);

describe('provisioning a portal', () => {
  it('makes the group, every property and every list, and reads what plans are written in', async () => {
    const portal = await lab.openPortal({ provisioned: false });

    const { map, made, problems } = await portal.gateway.provision(portal.portalId);

    expect(problems).toEqual([]);
    expect(made).toHaveLength(1 + MQL_PROPERTIES.length + DESTINATIONS.length);
    for (const row of MQL_PROPERTIES) {
      const property = await portal.asApp('GET', `${PROPERTIES}/${row.name}`);
      expect(property).toMatchObject({
        type: row.type,
        fieldType: row.fieldType,
        groupName: PROPERTY_GROUP.name,
        label: row.label,
      });
    }
    for (const { key } of DESTINATIONS) {
      const { list } = await portal.asApp('GET', `${LISTS}/${map.listIds[key]}`);
      expect(list).toMatchObject({ processingType: 'MANUAL', objectTypeId: '0-1' });
    }
    expect(map).toMatchObject({
      portalId: portal.portalId,
      timeZone: 'Europe/Berlin',
      uiDomain: 'app.hubspot.com',
    });
    expect(map.leadStatuses).toEqual(expect.arrayContaining(['NEW', 'UNQUALIFIED', 'CONNECTED']));
    expect(map.lifecycleStages.map(({ value }) => value)).toEqual(
      expect.arrayContaining(['lead', 'marketingqualifiedlead', 'salesqualifiedlead']),
    );
    const order = map.lifecycleStages.map(({ value }) => value);
    expect(order.indexOf('lead')).toBeLessThan(order.indexOf('marketingqualifiedlead'));
    expect(map.leads?.pipelines).toMatchObject([
      { disqualifiedStageId: 'unqualified-stage-id', connectedStageId: 'connected-stage-id' },
    ]);
    expect(map.leads?.disqualificationReasons).toMatchObject({
      not_icp: 'NOT_A_GOOD_FIT',
      no_budget: 'BUDGET_CONSTRAINTS',
      wrong_contact: 'NO_DECISION_MAKING_POWER',
      too_late: 'COMPETITOR_PREFERENCE',
      bad_data: 'WRONG_DATA',
      unreachable: 'NO_RESPONSE',
    });
    expect(map.leads?.disqualificationReasons).not.toHaveProperty('duplicate');
  });

  it('a second time changes nothing and gives the same map', async () => {
    const portal = await lab.openPortal({ provisioned: false });
    const first = await portal.gateway.provision(portal.portalId);
    const state = await portal.state();
    const before = await writesOf(portal);

    const second = await portal.gateway.provision(portal.portalId);

    expect(second).toEqual({ map: first.map, made: [], problems: [] });
    expect(await portal.state()).toEqual(state);
    expect(await writesOf(portal)).toEqual(before);
  });

  it('by two processes at once ends as one installation', async () => {
    const portal = await lab.openPortal({ provisioned: false });
    const [first, second] = await Promise.all([
      portal.gateway.provision(portal.portalId),
      portal.gateway.provision(portal.portalId),
    ]);
    expect(first.map).toEqual(second.map);
    const { lists } = await portal.asApp('POST', `${LISTS}/search`, { query: 'MQL loop', count: 100 });
    expect(lists).toHaveLength(DESTINATIONS.length);
  });
});

describe('repairing a portal', () => {
  it('restores an archived property, a deleted list and missing options, and keeps the admin’s own option', async () => {
    const portal = await lab.openPortal();
    await portal.asApp('DELETE', `${PROPERTIES}/mqlr_next_step`);
    await portal.asApp('DELETE', `${LISTS}/${portal.map.listIds.retry}`);
    const own = { label: 'Own reason', value: 'own_reason', displayOrder: 7, hidden: true };
    const { options } = await portal.asApp('GET', `${PROPERTIES}/mqlr_reason`);
    const kept = (options as { value: string }[]).filter(({ value }) => value !== 'not_icp');
    await portal.asApp('PATCH', `${PROPERTIES}/mqlr_reason`, { options: [...kept, own] });

    const { map, made, problems } = await portal.gateway.provision(portal.portalId);

    expect(problems).toEqual([]);
    expect(made).toEqual(
      expect.arrayContaining([
        'property mqlr_next_step',
        'options of mqlr_reason',
        expect.stringContaining('second-try'),
      ]),
    );
    expect(made).toHaveLength(3);
    expect(map.listIds.retry).not.toBe(portal.map.listIds.retry);
    const repaired = await portal.asApp('GET', `${PROPERTIES}/mqlr_reason`);
    const values = (repaired.options as Json[]).map(({ value }) => value);
    expect(values).toEqual(
      expect.arrayContaining(['not_icp', 'own_reason', ...kept.map(({ value }) => value)]),
    );
    expect(repaired.options).toContainEqual(own);
  });

  it('reports a property of another type and leaves it alone', async () => {
    const portal = await lab.openPortal({ provisioned: false });
    await portal.asApp('POST', PROPERTIES, {
      name: 'mqlr_reason',
      label: 'Mine',
      type: 'string',
      fieldType: 'text',
      groupName: 'contactinformation',
    });

    const { problems } = await portal.gateway.provision(portal.portalId);

    expect(problems).toEqual([
      'The property mqlr_reason exists as string (text) instead of enumeration (select). Rename or delete it, then repair the installation again.',
    ]);
    expect(await portal.asApp('GET', `${PROPERTIES}/mqlr_reason`)).toMatchObject({
      label: 'Mine',
      type: 'string',
    });
  });

  it('reports an active list of one of our names', async () => {
    const portal = await lab.openPortal({ provisioned: false });
    await portal.asApp('POST', LISTS, {
      name: 'MQL loop: human review',
      objectTypeId: '0-1',
      processingType: 'DYNAMIC',
      filterBranch: { filterBranchType: 'OR', filters: [], filterBranches: [] },
    });
    const { problems } = await portal.gateway.provision(portal.portalId);
    expect(problems).toEqual([expect.stringContaining('“MQL loop: human review” is an active list')]);
  });
});

describe('a portal without Leads', () => {
  it('is mapped without them, and a Lead step says so', async () => {
    const portal = await lab.openPortal({ provisioned: false });
    await portal.faults({ match: { path: '/pipelines/' }, fault: { kind: 'status', status: 403 } });

    const { map, problems } = await portal.gateway.provision(portal.portalId);

    expect([map.leads, problems]).toEqual([null, []]);
    const contactId = await portal.addContact();
    const { facts } = await portal.gateway.readLeads(map, [contactId]);
    expect(facts).toMatchObject([{ contactId, leads: [] }]);
    const move = { kind: 'move-lead', leadId: '1', stageId: 'x', disqualificationReason: '' } as const;
    expect(await portal.gateway.applyChanges(map, [buildStep(contactId, move)])).toMatchObject([
      {
        state: 'failed',
        problem: { sentence: 'This HubSpot portal has no Leads, so the Lead was not moved.' },
      },
    ]);
  });
});

describe('a portal whose owners we may not read', () => {
  it('is mapped without their names, and says what is missing', async () => {
    const portal = await lab.openPortal({ provisioned: false });
    await portal.faults({ match: { path: '/crm/owners/' }, fault: { kind: 'status', status: 403 } });

    const { map, problems } = await portal.gateway.provision(portal.portalId);

    expect(map.userNames).toEqual({});
    expect(problems).toEqual([expect.stringMatching(/^Users are shown by their ids/)]);
    await portal.faults();
    expect((await portal.gateway.provision(portal.portalId)).map.userNames).toEqual({
      '901': 'Mia Sales',
      '902': 'Ben Sales',
    });
  });
});

describe('provisioning that is interrupted', () => {
  it.each([
    { name: '500', fault: { kind: 'status', status: 500 } },
    { name: 'cut', fault: { kind: 'cut-mid-body' } },
    { name: '477', fault: { kind: 'status', status: 477, retryAfterSeconds: 1 } },
  ])('by $name rejects with what happened, and the next try completes it', async ({ fault }) => {
    const portal = await lab.openPortal({ provisioned: false });
    await portal.faults({ match: { method: 'POST', path: '/crm/lists/' }, fault, times: 1 });

    await expect(portal.gateway.provision(portal.portalId)).rejects.toMatchObject({ retry: true });

    const { map } = await portal.gateway.provision(portal.portalId);
    expect(Object.keys(map.listIds)).toHaveLength(DESTINATIONS.length);
    const { lists } = await portal.asApp('POST', `${LISTS}/search`, { query: 'MQL loop', count: 100 });
    expect(lists).toHaveLength(DESTINATIONS.length);
  });
});
