import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTACTS, type TestPortal, openTestPortal } from './portal.ts';

type Version = { value: string; sourceType: string; sourceId: string; updatedByUserId?: number };

let portal: TestPortal;
const OTHER_APP = { token: 'token-of-another-app', appId: 777, appName: 'Enrichment Ltd' };

beforeAll(async () => {
  portal = await openTestPortal();
});
afterAll(() => portal.close());

const asActor = (actor: string): Record<string, string> => ({
  authorization: `Bearer sandbox-ui-${portal.portalId}`,
  'x-sandbox-actor': actor,
});

/** The newest version of the company after a write with these headers. */
const written = async (headers: Record<string, string>): Promise<Version | undefined> => {
  const id = await portal.contact();
  const reply = await portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { company: 'New' } }, headers);
  expect(reply.status).toBe(200);
  const { body } = await portal.call<{ propertiesWithHistory: { company: Version[] } }>(
    'GET',
    `${CONTACTS}/${id}?propertiesWithHistory=company`,
  );
  return body.propertiesWithHistory.company[0];
};

describe('an act in the portal', () => {
  it.each([
    { actor: 'crm-ui; userId=77', sourceType: 'CRM_UI', sourceId: 'userId:77' },
    { actor: 'crm-ui; userId=77; via=record', sourceType: 'CRM_UI', sourceId: 'userId:77' },
    { actor: 'crm-ui; userId=77; via=board', sourceType: 'CRM_UI', sourceId: 'userId:77' },
    { actor: 'crm-ui; userId=77; via=bulk', sourceType: 'CRM_UI_BULK_ACTION', sourceId: 'userId:77' },
    { actor: 'crm-ui; userId=77; via=mobile', sourceType: 'MOBILE_IOS', sourceId: 'userId:77' },
    { actor: 'crm-ui; userId=77; via=import; import=501', sourceType: 'IMPORT', sourceId: '501' },
  ])('of a person ($actor) is $sourceType in the history, with the user', async ({ actor, ...expected }) => {
    expect(await written(asActor(actor))).toMatchObject({ ...expected, updatedByUserId: 77 });
  });

  it('of an automation names neither a user nor a workflow', async () => {
    const version = await written(asActor('automation; enrollmentId=9'));
    expect(version).toMatchObject({ sourceType: 'AUTOMATION_PLATFORM', sourceId: 'enrollmentId:9' });
    expect(version).not.toHaveProperty('updatedByUserId');
  });

  it('of another app carries that app', async () => {
    const own = await openTestPortal({ accessTokens: ['ours', OTHER_APP] });
    const { body: made } = await own.call<{ id: string }>(
      'POST',
      CONTACTS,
      { properties: { firstname: 'Ada' } },
      { authorization: 'Bearer ours' },
    );
    const { body } = await own.call<{ propertiesWithHistory: { firstname: Version[] } }>(
      'GET',
      `${CONTACTS}/${made.id}?propertiesWithHistory=firstname`,
      undefined,
      { authorization: `Bearer ${OTHER_APP.token}` },
    );
    expect(body.propertiesWithHistory.firstname[0]).toMatchObject({ sourceId: '4242' });
    await own.call(
      'PATCH',
      `${CONTACTS}/${made.id}`,
      { properties: { firstname: 'Ida' } },
      { authorization: `Bearer ${OTHER_APP.token}` },
    );
    const after = await own.call<typeof body>(
      'GET',
      `${CONTACTS}/${made.id}?propertiesWithHistory=firstname`,
      undefined,
      { authorization: 'Bearer ours' },
    );
    expect(after.body.propertiesWithHistory.firstname[0]).toMatchObject({
      value: 'Ida',
      sourceType: 'INTEGRATION',
      sourceId: '777',
      sourceLabel: 'Enrichment Ltd',
    });
    const { body: log } = await own.control<{ entries: { actor: string }[] }>('GET', '/log');
    expect(log.entries.map(({ actor }) => actor)).toEqual(['app', 'other-app', 'other-app', 'app']);
    await own.close();
  });

  it.each(['crm-ui; userId=77; via=telepathy', 'crm-ui', 'automation', 'crm-ui; userId=77; import=x'])(
    'that nobody can do is refused: %s',
    async (actor) => {
      const id = await portal.contact();
      const reply = await portal.call(
        'PATCH',
        `${CONTACTS}/${id}`,
        { properties: { company: 'Never' } },
        asActor(actor),
      );
      expect(reply.status).toBe(403);
    },
  );

  it.each([
    { via: 'bulk', expected: 'lead' },
    { via: 'mobile', expected: 'lead' },
    { via: 'import', expected: 'opportunity' },
  ])('by $via may or may not set the lifecycle back, as at HubSpot: $expected', async ({ via, expected }) => {
    const id = await portal.contact({ lifecyclestage: 'opportunity' });
    await portal.call(
      'PATCH',
      `${CONTACTS}/${id}`,
      { properties: { lifecyclestage: 'lead' } },
      asActor(`crm-ui; userId=5; via=${via}`),
    );
    const { body } = await portal.call<{ properties: Record<string, string> }>(
      'GET',
      `${CONTACTS}/${id}?properties=lifecyclestage`,
    );
    expect(body.properties.lifecyclestage).toBe(expected);
  });
});

describe('another app', () => {
  it('has a budget of its own and meets none of the faults meant for ours', async () => {
    const own = await openTestPortal({ accessTokens: ['ours', OTHER_APP], rateLimit: { tenSecondly: 1 } });
    await own.control('PUT', '/faults', [{ match: { path: '.*' }, fault: { kind: 'status', status: 502 } }]);
    for (let n = 0; n < 3; n += 1) {
      const reply = await own.call('GET', CONTACTS, undefined, {
        authorization: `Bearer ${OTHER_APP.token}`,
      });
      expect(reply.status).toBe(200);
    }
    await own.close();
  });
});
