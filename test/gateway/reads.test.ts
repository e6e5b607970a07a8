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

describe('calls, e-mails and meetings since a moment', () => {
  const HOUR_MS = 3_600_000;
  /** A contact with so many calls, one for each hour up to now. */
  const called = async (times: number): Promise<string> => {
    const contactId = await portal.addContact();
    for (let ago = times; ago > 0; ago -= 1)
      await portal.asApp('POST', '/crm/objects/2026-09/calls', {
        properties: {
          hs_timestamp: new Date(Date.now() - ago * HOUR_MS + HOUR_MS / 2).toISOString(),
          hs_call_direction: 'OUTBOUND',
        },
        associations: [
          {
            to: { id: contactId },
            types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 194 }],
          },
        ],
      });
    return contactId;
  };
  const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * HOUR_MS);

  it('are not sought among all that a contact ever had', async () => {
    const contactId = await called(70);
    const asked = async (hours: number) => {
      const before = (await portal.log()).length;
      const since = new Map([[contactId, hoursAgo(hours)]]);
      const found = (await portal.gateway.readEngagements(portal.map, since)).get(contactId);
      const reads = (await portal.log())
        .slice(before)
        .filter(({ path }) => path.endsWith('calls/batch/read'));
      const ids = reads.flatMap(({ body }) => (body as { inputs: readonly unknown[] }).inputs);
      const first = found?.map(({ at }) => at.getTime()).filter((at) => at >= hoursAgo(hours).getTime());
      return { ids: ids.length, since: first?.length };
    };
    expect(await asked(2)).toEqual({ ids: 10, since: 2 });
    expect(await asked(25)).toEqual({ ids: 30, since: 25 });
    // The first one is not among those that are read: nobody can say when it was.
    expect(await asked(60)).toEqual({ ids: 50, since: undefined });
  });
});
