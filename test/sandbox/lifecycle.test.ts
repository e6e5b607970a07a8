import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTACTS, type TestPortal, openTestPortal } from './portal.ts';

type Read = {
  properties: Record<string, string | null>;
  propertiesWithHistory: { lifecyclestage: { value: string }[] };
};

let portal: TestPortal;
let time = Date.parse('2026-11-22T10:00:00Z');
beforeAll(async () => {
  portal = await openTestPortal({ now: () => time });
});
afterAll(() => portal.close());

const set = (id: string, lifecyclestage: string, headers?: Record<string, string>) =>
  portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { lifecyclestage } }, headers);

const read = async (id: string): Promise<Read> =>
  (
    await portal.call<Read>(
      'GET',
      `${CONTACTS}/${id}?properties=hs_lifecyclestage_salesqualifiedlead_date,hs_lifecyclestage_lead_date&propertiesWithHistory=lifecyclestage`,
    )
  ).body;

describe('the lifecycle stage', () => {
  it('moves forward and stamps the date', async () => {
    const id = await portal.contact({ lifecyclestage: 'marketingqualifiedlead' });
    time += 60_000;
    await set(id, 'salesqualifiedlead');
    const { properties } = await read(id);
    expect(properties).toMatchObject({
      lifecyclestage: 'salesqualifiedlead',
      hs_lifecyclestage_salesqualifiedlead_date: new Date(time).toISOString().replace('.000Z', 'Z'),
    });
  });

  it('answers success to a step back and ignores it', async () => {
    const id = await portal.contact({ lifecyclestage: 'marketingqualifiedlead' });
    expect((await set(id, 'lead')).status).toBe(200);
    const { properties, propertiesWithHistory } = await read(id);
    expect(properties.lifecyclestage).toBe('marketingqualifiedlead');
    expect(propertiesWithHistory.lifecyclestage).toHaveLength(1);
  });

  it('goes back when it is cleared first, in a request of its own', async () => {
    const id = await portal.contact({ lifecyclestage: 'marketingqualifiedlead' });
    await set(id, '');
    expect((await read(id)).properties.lifecyclestage).toBeNull();
    await set(id, 'lead');
    const { propertiesWithHistory } = await read(id);
    expect(propertiesWithHistory.lifecyclestage.map(({ value }) => value)).toEqual([
      'lead',
      '',
      'marketingqualifiedlead',
    ]);
  });

  it('ignores a step back inside a batch as well, and carries the rest of the row out', async () => {
    const id = await portal.contact({ lifecyclestage: 'opportunity' });
    const reply = await portal.call('POST', `${CONTACTS}/batch/update`, {
      inputs: [{ id, properties: { lifecyclestage: 'subscriber', company: 'Carried out' } }],
    });
    expect(reply.status).toBe(200);
    const { body } = await portal.call<Read>('GET', `${CONTACTS}/${id}?properties=lifecyclestage,company`);
    expect(body.properties).toMatchObject({ lifecyclestage: 'opportunity', company: 'Carried out' });
  });

  it('may be set back by a person in the page', async () => {
    const id = await portal.contact({ lifecyclestage: 'opportunity' });
    await set(id, 'lead', {
      authorization: `Bearer sandbox-ui-${portal.portalId}`,
      'x-sandbox-actor': 'crm-ui; userId=5',
    });
    expect((await read(id)).properties.lifecyclestage).toBe('lead');
  });

  it('follows the order of the options, custom stages included', async () => {
    const { body } = await portal.call<{ options: { label: string; value: string; displayOrder: number }[] }>(
      'GET',
      '/crm/properties/2026-09/contacts/lifecyclestage',
    );
    const options = [
      ...body.options.map((option) => ({ ...option, hidden: false, displayOrder: option.displayOrder + 1 })),
      { label: 'Recycled', value: '99887766', displayOrder: 0, hidden: false },
    ];
    await portal.call('PATCH', '/crm/properties/2026-09/contacts/lifecyclestage', { options });
    const id = await portal.contact({ lifecyclestage: 'lead' });
    await set(id, '99887766');
    expect((await read(id)).properties.lifecyclestage).toBe('lead');
  });
});
