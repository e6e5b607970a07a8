import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLab, type Lab, type LabPortal } from './lab.ts';

let lab: Lab;
let portal: LabPortal;
beforeAll(async () => {
  lab = await openLab();
  portal = await lab.openPortal();
});
afterAll(() => lab.close());

describe('reading facts', () => {
  it('takes a batch for every hundred contacts, in the order that was asked for', async () => {
    const ids = await Promise.all(
      Array.from({ length: 230 }, (_, at) => portal.addContact({ firstname: `Lead ${at}` })),
    );
    const before = (await portal.log()).length;

    const { facts, missing } = await portal.gateway.readLeads(portal.map, ids, { priority: 'backfill' });

    expect(facts.map(({ contactId }) => contactId)).toEqual(ids);
    expect(facts[229]?.firstName).toBe('Lead 229');
    expect(missing).toEqual([]);
    const calls = (await portal.log()).slice(before);
    expect(calls.filter(({ path }) => path.endsWith('contacts/batch/read'))).toHaveLength(3);
    expect(calls.filter(({ path }) => path.includes('/associations/'))).toHaveLength(1);
    expect(calls).toHaveLength(4);
  });

  it('reads a fact from the customer’s own property where one is set', async () => {
    const contactId = await portal.addContact({ company: 'Analytical Engines', mqlr_pages_seen: '/pricing' });
    const { facts } = await portal.gateway.readLeads(portal.map, [contactId], {
      factProperties: { jobTitle: 'mqlr_pages_seen' },
    });
    expect(facts).toMatchObject([
      { jobTitle: '/pricing', pagesSeen: '/pricing', company: 'Analytical Engines' },
    ]);
  });

  it('of nobody asks HubSpot nothing', async () => {
    const before = (await portal.log()).length;
    expect(await portal.gateway.readLeads(portal.map, [])).toMatchObject({ facts: [], missing: [] });
    expect(await portal.apply()).toEqual([]);
    expect((await portal.log()).length).toBe(before);
  });
});

describe('the contact of a Lead', () => {
  it('is its primary one where there are several, and absent where the Lead is unknown', async () => {
    const [primary, other] = [await portal.addContact(), await portal.addContact()];
    const leadId = await portal.addLead(primary);
    await portal.asApp('PUT', `/crm/objects/2026-09/leads/${leadId}/associations/contacts/${other}`, [
      { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 608 },
    ]);
    const contacts = await portal.gateway.readContactsOfLeads(portal.map, [leadId, '999999999']);
    expect([...contacts]).toEqual([[leadId, primary]]);
  });
});
