import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { provisionPortal } from '../../server/flows/provisionPortal.ts';
import { saveSection } from '../../server/flows/saveSettings.ts';
import { viewSettings } from '../../server/flows/viewSettings.ts';
import type { SettingsRequest } from '../../src/contract/settings.ts';
import { describeEachEngine } from '../store/engines.ts';
import { openHouse, type House } from './house.ts';

type Routing = Extract<SettingsRequest, { section: 'routing' }>['value'];
type Track = Routing['routes'][number]['track'];
const LISTS = '/crm/lists/2026-09';

await describeEachEngine('what the tracks name', (openTestStore) => {
  let house: House;
  let routing: Routing;
  let version = 0;
  let subscriptionId = '';
  const lists = { contacts: '', companies: '', active: '' };
  beforeAll(async () => {
    house = await openHouse(await openTestStore());
    await house.control('POST', '/import', {
      owners: [
        { id: '11', userId: 901, email: 'mia@example.com', firstName: 'Mia', lastName: 'Sales' },
        {
          id: '13',
          userId: 903,
          email: 'noa@example.com',
          firstName: 'Noa',
          lastName: 'Ops',
          salesSeat: false,
        },
      ],
      sequences: [{ id: '44', name: 'Budget season' }],
    });
    await provisionPortal(house.context, house.portalId);
    routing = (await settingsOfPage()).routing;
    const definitions = await house.hubspot('GET', '/communication-preferences/2026-09/definitions');
    subscriptionId = (definitions['results'] as { id: string }[])[0]?.id ?? '';
    const shared = { label: 'Ours', groupName: 'contactinformation' };
    for (const own of [
      { name: 'my_score', type: 'number', fieldType: 'number' },
      { name: 'my_lane', type: 'enumeration', fieldType: 'select', options: [{ label: 'A', value: 'a' }] },
    ])
      await house.hubspot('POST', '/crm/properties/2026-09/contacts', { ...shared, ...own });
    const make = async (name: string, objectTypeId: string, more: object): Promise<string> => {
      const made = await house.hubspot('POST', LISTS, { name, objectTypeId, ...more });
      return (made['list'] as { listId: string }).listId;
    };
    lists.contacts = await make('Budget season', '0-1', { processingType: 'MANUAL' });
    lists.companies = await make('Companies', '0-2', { processingType: 'MANUAL' });
    const filterBranch = {
      filterBranchType: 'OR',
      filterBranchOperator: 'OR',
      filters: [],
      filterBranches: [],
    };
    lists.active = await make('Active', '0-1', { processingType: 'DYNAMIC', filterBranch });
  });
  afterAll(() => house.close());

  const settingsOfPage = async () => {
    const view = await viewSettings(house.context, house.identity);
    if (!view.ok) throw new Error(view.sentence);
    return view.settings;
  };
  const save = async (over: Partial<Routing>, userId = 901) => {
    const answer = await saveSection(
      house.context,
      { ...house.identity, userId },
      {
        requestId: randomUUID(),
        basedOnVersion: version,
        section: 'routing',
        value: { ...routing, ...over },
      },
    );
    if (answer.ok) version = answer.version;
    return answer;
  };
  const track = (first: Track): Partial<Routing> => ({
    routes: routing.routes.map((route, index) => (index === 0 ? { ...route, track: first } : route)),
  });
  const property = (target: string, value = 'x'): Partial<Routing> =>
    track({ kind: 'property', target, value });
  const list = (target: string): Partial<Routing> => track({ kind: 'list', target, value: 'A list' });
  const sequence = (target: string): Partial<Routing> =>
    track({ kind: 'sequence', target, value: 'A sequence' });
  const points = (behaviour: string): Partial<Routing> => ({ score: { ...routing.score, behaviour } });
  const unsubscribe = (...subscriptionIds: string[]): Partial<Routing> => ({
    unsubscribe: { ...routing.unsubscribe, subscriptionIds, explanation: 'They said so.' },
  });

  it.each<[string, () => Partial<Routing>, string, string]>([
    ['a list that is not there', () => list('99999'), 'routes[0].target', 'no list 99999'],
    ['an active list', () => list(lists.active), 'routes[0].target', 'Choose a static list of contacts'],
    [
      'a list of companies',
      () => list(lists.companies),
      'routes[0].target',
      'Choose a static list of contacts',
    ],
    ['a property that is not there', () => property('nowhere'), 'routes[0].target', 'no property “nowhere”'],
    ['a property that cannot be written', () => property('num_notes'), 'routes[0].target', 'is read-only'],
    [
      'an option that is not there',
      () => property('my_lane', 'NEVER'),
      'routes[0].value',
      'no option “NEVER”',
    ],
    ['a sequence that is not there', () => sequence('45'), 'routes[0].target', 'no sequence 45'],
    ['points in a text', () => points('company'), 'score.behaviour', 'holds no numbers'],
    ['points in nothing', () => points('my_points'), 'score.behaviour', 'no property “my_points”'],
    ['points that HubSpot counts', () => points('num_notes'), 'score.behaviour', 'is read-only'],
    [
      'a subscription that is not there',
      () => unsubscribe(subscriptionId, '8'),
      'unsubscribe.subscriptionIds',
      'subscription type 8.',
    ],
  ])('is refused beside its field: %s', async (_what, over, field, says) => {
    expect(await save(over())).toMatchObject({
      ok: false,
      kind: 'settings-invalid',
      problems: [{ field: `routing.${field}`, sentence: expect.stringContaining(says) }],
    });
  });

  it.each<[string, () => Partial<Routing>]>([
    ['a static list of contacts', () => list(lists.contacts)],
    ['a property that takes any value', () => property('industry')],
    ['an option that is there', () => property('my_lane', 'a')],
    ['a sequence', () => sequence('44')],
    ['points in a number', () => points('my_score')],
    ['a subscription', () => unsubscribe(subscriptionId)],
  ])('is saved where it is there: %s', async (_what, over) => {
    expect(await save(over())).toMatchObject({ ok: true });
  });

  describe('where HubSpot does not say', () => {
    it('a sequence is saved by somebody without a seat, who could not see it', async () => {
      const { roles } = await settingsOfPage();
      const answer = await saveSection(house.context, house.identity, {
        requestId: randomUUID(),
        basedOnVersion: version,
        section: 'roles',
        value: { ...roles, admins: [...roles.admins, 903] },
      });
      if (!answer.ok) throw new Error(answer.sentence);
      version = answer.version;
      expect(await save(sequence('45'), 903)).toMatchObject({ ok: true });
    });
  });
});
