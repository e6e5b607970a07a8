import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Alert, Button, NumberInput, Select } from '@hubspot/ui-extensions';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { hoursOf, hoursText } from '../../extensions/src/app/settings/page/hours.ts';
import { SECTIONS } from '../../src/settingsLists.ts';
import { SECTION_WORDS } from '../../extensions/src/app/settings/page/words.ts';
import { delivered, settle } from './hubspot.ts';
import {
  buildDefinition,
  buildSettings,
  openSettings,
  standInForSettings,
  type Answers,
  type SentToSettings,
} from './openSettings.tsx';

let sent: SentToSettings[];
let answers: Answers;
beforeEach(() => {
  ({ sent, answers } = standInForSettings());
  answers.view = () => delivered(buildSettings());
  answers.save = () => delivered({ ok: true, version: 4, said: 'Saved as version 4.' });
});

const saves = () => sent.flatMap((one) => (one.route === 'save' ? [one.request] : []));
const refused = (kind: string, more: object = {}) =>
  delivered({ ok: false, kind, sentence: `It is ${kind}.`, retry: false, ...more });

describe('the settings page', () => {
  it('shows the settings as they are, who saved last, and every version', async () => {
    const page = await openSettings();
    expect(page.text()).toContain('Ada Admin, 27 Nov 2026, 14:03');
    expect(page.find(NumberInput, { name: 'visitGapDays' }).props.defaultValue).toBe(14);
    expect(page.find(NumberInput, { name: 'scoreShare' }).props.defaultValue).toBe(20);
    expect(page.find(NumberInput, { name: 'not_icp.coolingDays' }).props.description).toBe('At least 90.');
    expect(page.text()).toContain('5 to 7 reasons are active on the card; now 7.');
    expect(page.text()).toContain('27 Nov 2026, 14:03');
  });

  it('sends one section with the version that was on the screen, and says what was saved', async () => {
    const page = await openSettings();
    await page.typeNumber('managerAfterDays', 5);
    await page.choose('rejectedStatuses', ['UNQUALIFIED']);
    await page.save('guard');
    expect(saves()).toMatchObject([
      {
        basedOnVersion: 3,
        section: 'guard',
        value: { mode: 'put-back', rejectedStatuses: ['UNQUALIFIED'], managerAfterDays: 5 },
      },
    ]);
    expect(page.alerts).toEqual(['Saved as version 4.']);
    expect(sent.filter(({ route }) => route === 'view')).toHaveLength(2);
  });

  it('says where each reason’s leads go on, and what is wrong with a track beside its field', async () => {
    const page = await openSettings();
    answers.save = () =>
      refused('settings-invalid', {
        problems: [
          { field: 'routing.routes[2].target', sentence: '“weekly_newsletter” looks like a newsletter.' },
        ],
      });
    page.find(Select, { name: 'too_early.track' }).trigger('onChange', 'property' as never);
    await page.typeText('too_early.target', 'weekly_newsletter');
    await page.typeText('too_early.value', 'yes');
    page.find(Select, { name: 'too_early.score' }).trigger('onChange', 'reset_both' as never);
    await page.typeLines('unsubscribe.subscriptionIds', '7\n8');
    await page.save('routing');
    const [save] = saves();
    expect(save).toMatchObject({
      section: 'routing',
      value: { closeTasks: true, unsubscribe: { subscriptionIds: ['7', '8'] } },
    });
    const routes = save?.section === 'routing' ? save.value.routes : [];
    expect(routes[2]).toEqual({
      code: 'too_early',
      track: { kind: 'property', target: 'weekly_newsletter', value: 'yes' },
      score: 'reset_both',
      asRep: false,
    });
    expect(routes[1]).toMatchObject({ code: 'low_intent', track: { kind: 'list', target: '' } });
    expect(page.wrongAt('too_early.target')).toBe('“weekly_newsletter” looks like a newsletter.');
    expect(page.wrongAt('low_intent.target')).toBeNull();
  });

  it('keeps what was typed in another section, and bases it on our own save', async () => {
    const page = await openSettings();
    await page.typeNumber('firstContactMinutes', 60);
    await page.save('guard');
    await page.save('sla');
    expect(saves()[1]).toMatchObject({
      basedOnVersion: 4,
      section: 'sla',
      value: { firstContactMinutes: 60 },
    });
  });

  it('sends whether the clock runs for inbound leads alone, and which sources are none', async () => {
    const page = await openSettings();
    expect(page.text()).toContain('Original traffic sources that are not inbound');
    await page.check('onlyInbound', false);
    expect(page.text()).not.toContain('Original traffic sources that are not inbound');
    await page.save('sla');
    expect(saves()[0]).toMatchObject({
      section: 'sla',
      value: { onlyInbound: false, outboundSources: ['OFFLINE'] },
    });
  });

  it('never bases an older draft on what another admin saved meanwhile', async () => {
    const page = await openSettings();
    answers.view = () => delivered(buildSettings({ version: 9 }));
    await page.save('guard');
    await page.save('sla');
    expect(saves()[1]).toMatchObject({ basedOnVersion: 4 });
  });

  it('says what is wrong beside its field', async () => {
    const page = await openSettings();
    const problems = [
      { field: 'reasons[0].coolingDays', sentence: 'At least 90 days.' },
      { field: 'reasons', sentence: 'Choose 5 to 7.' },
    ];
    answers.save = () => refused('settings-invalid', { problems });
    await page.typeNumber('not_icp.coolingDays', 10);
    await page.save('reasons');
    expect(page.wrongAt('not_icp.coolingDays')).toBe('At least 90 days.');
    expect(page.wrongAt('low_intent.coolingDays')).toBeNull();
    expect(page.text()).toContain('Choose 5 to 7.');
  });

  it('sends an empty number as none, for the server to refuse', async () => {
    const page = await openSettings();
    await page.typeNumber('visitGapDays', undefined);
    await page.save('gate');
    expect(saves()[0]).toMatchObject({ value: { visitGapDays: null } });
  });

  it('tells the second admin who was faster, and reloads', async () => {
    const page = await openSettings();
    answers.save = () => refused('settings-changed', { sentence: 'Ben Boss saved the settings 2 m ago.' });
    await page.typeNumber('managerAfterDays', 5);
    await page.save('guard');
    expect(page.find(Alert).props.title).not.toBeUndefined();
    expect(page.text()).toContain('Ben Boss saved the settings 2 m ago.');
    answers.view = () => delivered(buildSettings({ version: 4 }));
    await page.press('Reload');
    expect(page.text()).not.toContain('Ben Boss saved the settings');
    expect(page.find(NumberInput, { name: 'managerAfterDays' }).props.defaultValue).toBe(3);
    answers.save = () => delivered({ ok: true, version: 5, said: 'Saved as version 5.' });
    await page.save('guard');
    expect(saves()[1]).toMatchObject({ basedOnVersion: 4 });
  });

  it('repeats a save that broke off as the same request, and an edited one as another', async () => {
    const page = await openSettings();
    answers.save = () => delivered('', 503);
    await page.save('guard');
    await page.press('Try again');
    await page.typeNumber('managerAfterDays', 9);
    await page.save('guard');
    const ids = saves().map(({ requestId }) => requestId);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('reads hours and holidays as they are typed', async () => {
    const page = await openSettings();
    await page.typeText('Monday', '8:00 – 12:00, 13:00-17:00');
    await page.typeText('Friday', '');
    await page.typeLines('holidays', '2026-12-25\n\n 2027-01-01 ');
    await page.save('sla');
    expect(saves()[0]).toHaveProperty('value.hours.days[0]', [
      { from: '08:00', to: '12:00' },
      { from: '13:00', to: '17:00' },
    ]);
    expect(saves()[0]).toHaveProperty('value.hours.days[4]', []);
    expect(saves()[0]).toHaveProperty('value.hours.holidays', ['2026-12-25', '2027-01-01']);
  });

  it.each(['09:00-17:00', '09:00-12:00, 13:00-17:00', ''])('hours %s are the same after reading', (text) => {
    expect(hoursText(hoursOf(text))).toBe(text);
  });

  it('sends what hands a lead off, and only the fields of the acknowledgement that was picked', async () => {
    const page = await openSettings();
    await page.typeText('triggerProperty', ' sales_ready ');
    await page.typeText('triggerValue', 'yes');
    await page.pick('acknowledgement', 'property');
    await page.typeText('markProperty', 'booking_mail');
    await page.typeText('markValue', 'send');
    await page.save('handOff');
    const trigger = { property: 'sales_ready', value: 'yes' };
    expect(saves()[0]).toMatchObject({
      section: 'handOff',
      value: { trigger, acknowledgement: { kind: 'property', property: 'booking_mail', value: 'send' } },
    });
    await page.pick('acknowledgement', 'list');
    await page.typeText('markListId', '12');
    await page.typeText('markListName', 'Booking mail');
    await page.save('handOff');
    expect(saves()[1]?.value).toMatchObject({
      acknowledgement: { kind: 'list', listId: '12', listName: 'Booking mail' },
    });
    await page.pick('acknowledgement', 'none');
    await page.typeText('triggerProperty', '');
    await page.typeText('triggerValue', '');
    await page.save('handOff');
    expect(saves()[2]?.value).toMatchObject({ trigger: null, acknowledgement: null });
  });

  it('says before the first save who becomes the admin', async () => {
    const view = buildSettings();
    answers.view = () => delivered({ ...view, version: 0, saved: null, may: { ...view.may, claims: true } });
    const page = await openSettings();
    expect(page.text()).toContain('Whoever saves first becomes the admin of these settings.');
    expect(page.text()).toContain('these are the defaults');
  });

  it('lets who may not save read, and says whom to ask', async () => {
    const view = buildSettings();
    const why = 'You may not change the settings. Ask Ada Admin.';
    answers.view = () => delivered({ ...view, may: { ...view.may, save: { allowed: false, why } } });
    const page = await openSettings();
    expect(page.text()).toContain(why);
    await expect(page.save('guard')).rejects.toThrow('Save is disabled');
  });

  it('that cannot be looked up says so and tries again', async () => {
    answers.view = () => delivered('', 502);
    const page = await openSettings();
    expect(page.text()).toContain('The server has trouble just now.');
    answers.view = () => delivered(buildSettings());
    await page.press('Try again');
    expect(page.text()).toContain('Re-entry');
  });

  it('that does not know its server says what to do', async () => {
    const page = await openSettings({});
    expect(page.text()).toContain('set API_BASE_URL and upload again');
    expect(sent).toEqual([]);
  });

  it('is looking up until it knows', async () => {
    let arrive: () => void = () => undefined;
    answers.view = () =>
      new Promise((resolve) => {
        arrive = () => resolve(delivered(buildSettings()));
      });
    const page = await openSettings();
    expect(page.text()).toContain('Looking up the settings…');
    arrive();
    await settle();
    expect(page.text()).not.toContain('Looking up the settings…');
  });
});

describe('definitions on the page', () => {
  const draft = {
    revision: 7,
    content: { url: null, text: 'Score 70.' },
    written: 'Ben Boss, 28 Nov 2026, 09:00',
    signed: { sales: 'Ben Boss', marketing: null },
  };
  beforeEach(() => {
    answers.view = () =>
      delivered(
        buildSettings({ definitions: [buildDefinition({ draft, earlier: ['v1: not signed yet'] })] }),
      );
    answers.draft = answers.sign = () => delivered({ ok: true, version: 4, said: 'Signed for marketing.' });
  });

  it('show what is in force, the draft, and whose signature is missing', async () => {
    const page = await openSettings();
    for (const words of ['MQL v1', 'Score 60.', 'Draft, Ben Boss', 'Score 70.', 'Sales: signed by Ben Boss'])
      expect(page.text()).toContain(words);
    const labels = page.findAll(Button).map(({ text }) => text);
    expect(labels).toContain('Sign for marketing');
    expect(labels).not.toContain('Sign for sales');
  });

  it('are signed as they were read', async () => {
    const page = await openSettings();
    await page.press('Sign for marketing');
    expect(sent).toContainEqual({
      route: 'sign',
      kind: 'mql',
      request: expect.objectContaining({ revision: 7, side: 'marketing' }) as unknown,
    });
    expect(page.alerts).toEqual(['Signed for marketing.']);
  });

  it('whose draft was replaced meanwhile are reloaded first', async () => {
    answers.sign = () => refused('draft-replaced');
    const page = await openSettings();
    await page.press('Sign for marketing');
    expect(page.text()).toContain('It is draft-replaced.');
    await page.press('Reload');
    expect(page.text()).not.toContain('It is draft-replaced.');
  });

  it('are written as a draft, with what is wrong beside its field', async () => {
    const problems = [{ field: 'definitions.mql.text', sentence: 'Write the definition.' }];
    answers.draft = () => refused('settings-invalid', { problems });
    const page = await openSettings();
    await page.typeLines('mql.text', '');
    await page.typeText('mql.url', ' https://example.com/mql ');
    await page.press('Save draft');
    expect(sent).toContainEqual({
      route: 'draft',
      kind: 'mql',
      request: expect.objectContaining({
        basedOnVersion: 3,
        value: { url: 'https://example.com/mql', text: '' },
      }) as unknown,
    });
    expect(page.wrongAt('mql.text')).toBe('Write the definition.');
  });
});

it('every section has its words', () => {
  expect(Object.entries(SECTION_WORDS).map(([key, { title }]) => ({ key, label: title }))).toEqual(SECTIONS);
});

it.each(['call.ts', 'requestId.ts'])('%s is the same in both folders: HubSpot packs each alone', (name) => {
  const read = (folder: string): string =>
    readFileSync(path.resolve(import.meta.dirname, '../../extensions/src/app', folder, name), 'utf8');
  expect(read('settings/page')).toBe(read('cards/answer'));
});

it('the page keeps its uid', () => {
  const file = '../../extensions/src/app/settings/settings-hsmeta.json';
  const meta = readFileSync(path.resolve(import.meta.dirname, file), 'utf8');
  expect(JSON.parse(meta)).toMatchObject({ uid: 'mql_settings', type: 'settings' });
});
