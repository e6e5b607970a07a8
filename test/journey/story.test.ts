import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSandbox, type Sandbox } from '../../sandbox/compose.ts';
import {
  DUPLICATES,
  LATE_SOURCE,
  LOST_PHONE_FIELD,
  RENEWAL_IN_NOTE,
  STORY,
  SUBSIDIARY,
  WEBINAR_OUTSIDE_ICP,
} from '../../sandbox/data/planted.ts';
import { tellStory } from '../../sandbox/data/story.ts';
import { DAY_MS, HOUR_MS, weekOf } from '../../sandbox/data/weeks.ts';
import { createHubSpot, type HubSpot, type HubSpotObject } from './hubspot.ts';

/** The last second of a month, so that weeks do not begin at midnight by accident. */
const NOW = new Date(Math.floor(Date.now() / 1_000) * 1_000);

describe('the story', () => {
  it('is the same, to the last record, for the same seed and moment', () => {
    expect(tellStory(NOW)).toEqual(tellStory(NOW));
  });

  it('is another one for another seed', () => {
    expect(tellStory(NOW, 7).objects.contacts).not.toEqual(tellStory(NOW).objects.contacts);
  });

  it('lets nothing happen after the moment at which it is told', () => {
    const { objects } = tellStory(NOW);
    const late = Object.values(objects)
      .flat()
      .flatMap(({ id, createdAt, history }) => [
        { id, at: createdAt },
        ...Object.values(history ?? {})
          .flat()
          .map(({ timestamp }) => ({ id, at: timestamp })),
      ])
      .filter(({ at }) => Date.parse(at) > NOW.getTime());
    expect(late).toEqual([]);
  });

  it('gives every person a phone number of their own, duplicates aside', () => {
    const numbers = (tellStory(NOW).objects.contacts ?? []).flatMap(
      ({ properties }) => properties['phone'] ?? [],
    );
    const twice = numbers.filter((number, place) => numbers.indexOf(number) !== place);
    expect(twice).toEqual([]);
    expect(numbers.length).toBeGreaterThan(1_000);
  });

  it('knows no answer of the app, because the ledger knows none', () => {
    const answers = ['mqlr_status', 'mqlr_reason', 'mqlr_answered_at', 'mqlr_disposition', 'mqlr_path'];
    const known = (tellStory(NOW).objects.contacts ?? []).filter(({ properties, history }) =>
      answers.some((name) => name in properties || name in (history ?? {})),
    );
    expect(known).toEqual([]);
  });
});

describe('what is planted in the story, asked of the emulated HubSpot', () => {
  let sandbox: Sandbox;
  let hubspot: HubSpot;
  let handOffs: readonly HubSpotObject[];

  beforeAll(async () => {
    sandbox = await startSandbox({ pagePort: null, loads: [{ key: 'story', make: () => tellStory(NOW) }] });
    hubspot = createHubSpot(sandbox);
    handOffs = await hubspot.searchAll(
      'contacts',
      [{ propertyName: 'hs_lifecyclestage_marketingqualifiedlead_date', operator: 'HAS_PROPERTY' }],
      [
        'phone',
        'email',
        'jobtitle',
        'numemployees',
        'lifecyclestage',
        'hubspot_owner_id',
        'hs_analytics_source',
        'hs_analytics_source_data_2',
        'recent_conversion_event_name',
        'hs_lifecyclestage_marketingqualifiedlead_date',
        'company',
      ],
    );
  }, 180_000);
  afterAll(() => sandbox.close());

  const handedOffAt = ({ properties }: HubSpotObject): Date =>
    new Date(properties['hs_lifecyclestage_marketingqualifiedlead_date'] ?? '');
  const weekOfHandOff = (contact: HubSpotObject): number => weekOf(handedOffAt(contact), NOW, STORY.weeks);
  const campaignOf = ({ properties }: HubSpotObject) => properties['hs_analytics_source_data_2'];
  /** Contacts of the tour have hand-picked ids under 1,000 and facts of their own. */
  const isDrawn = ({ id }: HubSpotObject): boolean => Number(id) > 10_000;

  it('holds 26 weeks with about 45 hand-offs each, from 6 sources and 14 campaigns, for 8 reps on two teams', async () => {
    const drawn = handOffs.filter(isDrawn);
    for (let week = 1; week <= STORY.weeks; week += 1) {
      const count = drawn.filter((contact) => weekOfHandOff(contact) === week).length;
      expect(count).toBeGreaterThanOrEqual(STORY.handOffsPerWeek - 5);
      expect(count).toBeLessThanOrEqual(STORY.handOffsPerWeek + 5);
    }
    expect(new Set(drawn.map(({ properties }) => properties['hs_analytics_source'])).size).toBe(6);
    expect(new Set(drawn.map(campaignOf)).size).toBe(14);
    const reps = new Set(drawn.map(({ properties }) => properties['hubspot_owner_id']));
    expect(reps.size).toBe(8);
    const owners = await hubspot.owners();
    const teams = owners.filter(({ id }) => reps.has(id)).map(({ teams: [team] }) => team?.name);
    expect(new Set(teams).size).toBe(2);
    expect(owners.every(({ userId }) => userId !== null)).toBe(true);
  });

  it('leaves the latest hand-offs open and only those', () => {
    const latestFirst = handOffs
      .filter(isDrawn)
      .sort((a, b) => handedOffAt(b).getTime() - handedOffAt(a).getTime());
    const isOpen = ({ properties }: HubSpotObject) =>
      properties['lifecyclestage'] === 'marketingqualifiedlead';
    expect(latestFirst.slice(0, STORY.openHandOffs).every(isOpen)).toBe(true);
    expect(latestFirst.slice(STORY.openHandOffs).some(isOpen)).toBe(false);
  });

  it('a form that lost its phone field has no numbers in those weeks, and hardly a gap before and after', () => {
    const ofForm = handOffs.filter(
      ({ properties }) => properties['recent_conversion_event_name'] === LOST_PHONE_FIELD.form,
    );
    const isBroken = (contact: HubSpotObject): boolean =>
      weekOfHandOff(contact) >= LOST_PHONE_FIELD.fromWeek &&
      weekOfHandOff(contact) < LOST_PHONE_FIELD.mendedInWeek;
    const broken = ofForm.filter(isBroken);
    expect(broken.length).toBeGreaterThan(15);
    expect(broken.filter(({ properties }) => properties['phone'])).toEqual([]);
    const others = handOffs.filter(isDrawn).filter((contact) => !broken.includes(contact));
    const missing = others.filter(({ properties }) => !properties['phone']).length;
    expect(missing).toBe(Math.floor(others.length * LOST_PHONE_FIELD.shareMissingElsewhere));
  });

  it('a webinar brings leads outside the ICP, the other campaigns hardly any', () => {
    const isOutside = ({ properties }: HubSpotObject): boolean =>
      ['1-5', '5-25', '25-50'].includes(properties['numemployees'] ?? '') ||
      /\b(student|intern|trainee|retired)\b/i.test(properties['jobtitle'] ?? '');
    const drawn = handOffs.filter(isDrawn);
    const webinar = drawn.filter((contact) => campaignOf(contact) === WEBINAR_OUTSIDE_ICP.campaign);
    const others = drawn.filter((contact) => !webinar.includes(contact));
    expect(webinar.length).toBeGreaterThan(80);
    expect(webinar.filter(isOutside).length).toBe(
      Math.floor(webinar.length * WEBINAR_OUTSIDE_ICP.shareOutside),
    );
    expect(others.filter(isOutside).length).toBe(
      Math.floor(others.length * WEBINAR_OUTSIDE_ICP.shareOutsideElsewhere),
    );
  });

  it('one source is first contacted after more than a day, the others within the SLA', async () => {
    const drawn = handOffs.filter(isDrawn);
    const firstContacts = await hubspot.firstVersions(
      drawn.map(({ id }) => id),
      'notes_last_contacted',
    );
    const hours = (contact: HubSpotObject): number[] => {
      const first = firstContacts.get(contact.id);
      return first === undefined ? [] : [(first.getTime() - handedOffAt(contact).getTime()) / HOUR_MS];
    };
    const isLate = ({ properties }: HubSpotObject) =>
      properties['hs_analytics_source'] === LATE_SOURCE.source;
    const late = drawn.filter(isLate).flatMap(hours);
    const others = drawn
      .filter((contact) => !isLate(contact))
      .flatMap(hours)
      .sort((a, b) => a - b);
    expect(late.length).toBeGreaterThan(80);
    expect(Math.min(...late)).toBeGreaterThan(LATE_SOURCE.leastHours - 1);
    expect(others.at(-1)).toBeLessThan(LATE_SOURCE.mostHoursElsewhere);
    expect(others[Math.floor(others.length / 2)]).toBeLessThan(LATE_SOURCE.medianHoursElsewhere);
  });

  it("a customer's subsidiary was turned back four times by three reps", async () => {
    const [child] = await hubspot.searchAll(
      'companies',
      [{ propertyName: 'name', operator: 'EQ', value: SUBSIDIARY.subsidiary }],
      ['name', 'hs_parent_company_id'],
    );
    const parentId = child?.properties['hs_parent_company_id'];
    const [parent] = await hubspot.searchAll(
      'companies',
      [{ propertyName: 'hs_object_id', operator: 'EQ', value: parentId ?? '' }],
      ['name', 'lifecyclestage'],
    );
    expect(parent?.properties).toMatchObject({ name: SUBSIDIARY.customer, lifecyclestage: 'customer' });
    const turnedBack = handOffs.filter(
      ({ properties }) =>
        properties['company'] === SUBSIDIARY.subsidiary && properties['lifecyclestage'] === 'other',
    );
    expect(turnedBack).toHaveLength(SUBSIDIARY.handOffs);
    const reps = turnedBack.map(({ properties }) => properties['hubspot_owner_id']);
    expect(new Set(reps).size).toBe(SUBSIDIARY.reps);
  });

  it('a note holds the day on which a contract ends', async () => {
    const [contact] = handOffs.filter(({ properties }) => properties['email'] === RENEWAL_IN_NOTE.email);
    const notes = await hubspot.searchAll(
      'notes',
      [{ propertyName: 'associations.contact', operator: 'EQ', value: contact?.id ?? '' }],
      ['hs_note_body'],
    );
    const day = new Date(NOW.getTime() + RENEWAL_IN_NOTE.inDays * DAY_MS).toISOString().slice(0, 10);
    expect(notes.map(({ properties }) => properties['hs_note_body']).join()).toContain(day);
  });

  it('each pair of duplicates is there, the copy open and the original worked', () => {
    for (const { original, copy } of DUPLICATES) {
      const byEmail = (email: string) => handOffs.find(({ properties }) => properties['email'] === email);
      expect(byEmail(copy)?.properties['lifecyclestage']).toBe('marketingqualifiedlead');
      expect(byEmail(original)?.properties['lifecyclestage']).toMatch(/^(lead|salesqualifiedlead)$/);
    }
  });

  it('the app suggests what the README promises for the contacts to look at', async () => {
    const suggested = async (id: number): Promise<string> => {
      const card = await hubspot.readCard(id);
      return card.reasons
        .filter(({ suggestion }) => suggestion !== null)
        .map(({ code }) => code)
        .join();
    };
    expect(await suggested(101)).toBe('not_icp');
    expect(await suggested(102)).toBe('low_intent');
    expect(await suggested(103)).toBe('too_early');
    expect(await suggested(104)).toBe('too_late');
    expect(await suggested(105)).toBe('bad_data');
    expect(await suggested(106)).toBe('duplicate');
    expect(await suggested(116)).toBe('duplicate');
    expect(await suggested(117)).toBe('duplicate');
    expect(await suggested(107)).toBe('');
    const contradicted = (await hubspot.readCard(108)).reasons.filter(
      ({ contradiction }) => contradiction !== null,
    );
    expect(contradicted.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['not_icp', 'low_intent', 'bad_data']),
    );
  });
});
