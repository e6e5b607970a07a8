import { Button, Link, Select, TableHeader, TableRow, Tabs, TextArea } from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HomeTabs } from '../../extensions/src/app/pages/home/HomeTabs.tsx';
import type { DisputePage } from '../../src/contract/disputes.ts';
import { openCard } from './openCard.tsx';
import {
  BASE_URL,
  buildRejected,
  delivered,
  hold,
  settle,
  standInForHubSpot,
  stopTheClock,
} from './hubspot.ts';
import { buildPage, idOf } from './openHome.tsx';

let hubspot: ReturnType<typeof standInForHubSpot>;

const places = (count: number): number[] => Array.from({ length: count }, (_, place) => place + 1);
const lead = (place: number) => ({
  entryId: idOf(place),
  name: `Lead ${place}`,
  link: `https://app.hubspot.com/contacts/1/record/0-1/${900 + place}`,
  facts: ['12 page views · score 60', 'VP Operations · Engines'],
  reason: 'Bad data',
  evidence: 'The record says otherwise: the record has a valid phone and company.',
  contact: 'Sales had been in touch before.',
  response: 'Answered 2 h after the hand-off.',
  note: place === 1 ? 'it is a fax' : null,
});
const disputes = (count: number, over: Partial<DisputePage> = {}): DisputePage => ({
  ok: true,
  sentence: `${count} questions are open.`,
  questions: places(count).map((place) => ({
    group: { reason: 'bad_data', dim: 'campaign', value: `c${place}` },
    title: `Bad data, campaign “c${place}”`,
    sentence: '4 leads raise it, since 1 Nov 2026.',
    shown: [1, 2, 3].map((each) => lead(place * 3 - 3 + each)),
    entryIds: [1, 2, 3, 4].map((each) => idOf(place * 10 + each)),
  })),
  next: null,
  total: count,
  decided: [
    {
      id: 'd1',
      title: 'Not ICP',
      decision: 'Change of targeting: …',
      effect: 'Not enough yet to compare: …',
    },
  ],
  causes: [{ value: 'record_wrong', label: 'The record is wrong' }],
  changes: [
    { value: 'definition', label: 'Definition' },
    { value: 'scoring', label: 'Scoring' },
  ],
  owners: [{ value: '77', label: 'Dana' }],
  dueOn: [
    { value: '2026-11-29', label: '29 Nov 2026' },
    { value: '2026-12-06', label: '6 Dec 2026' },
  ],
  reopen: [{ value: 'icp', label: 'ICP' }],
  may: { allowed: true, why: null },
  ...over,
});

beforeEach(() => {
  stopTheClock();
  hubspot = standInForHubSpot();
  hubspot.answers['batch-page'] = () => delivered(buildPage());
  hubspot.answers.disputes = () => delivered(disputes(1));
  hubspot.answers.dispute = () =>
    delivered({ ok: true, sentence: 'It is looked at in the next weekly review.' });
  hubspot.answers['dispute-decision'] = () =>
    delivered({ ok: true, decisionId: 'd2', sentence: 'Decided for 4 leads. Dana gets a task.' });
});

afterEach(() => {
  jest.useRealTimers();
});

async function openDisputes() {
  const renderer = createRenderer('pages');
  renderer.render(
    <HomeTabs context={{ variables: { API_BASE_URL: BASE_URL } }} actions={{ addAlert: () => undefined }} />,
  );
  await settle();
  const show = async (tab: string) => {
    // The SDK types the event's argument as the handler itself.
    renderer.find(Tabs).trigger('onSelectedChange', tab as never);
    await settle();
  };
  const button = (label: string) => {
    const found = renderer.findAll(Button).find((node) => node.text === label);
    if (found === undefined) throw new Error(`There is no button ${label}.`);
    return found;
  };
  await show('disputes');
  return {
    findAll: renderer.findAll,
    maybeFind: renderer.maybeFind,
    text: () => renderer.getRootNode().toString(),
    show,
    button,
    press: async (label: string) => {
      button(label).trigger('onClick');
      await settle();
    },
    choose: async (name: string, value: string) => {
      renderer.find(Select, { name }).trigger('onChange', value as never);
      await settle();
    },
    type: async (words: string) => {
      renderer.find(TextArea, { name: 'decision' }).trigger('onInput', words as never);
      await settle();
    },
  };
}

const DECIDE = 'Decide: Bad data, campaign “c1”';

describe('disputes on the home page', () => {
  it('show three leads side by side, each with a link to its record', async () => {
    const page = await openDisputes();
    expect(page.findAll(TableHeader)).toHaveLength(4);
    expect(page.findAll(Link).map((node) => node.props.href)).toContainEqual({
      url: 'https://app.hubspot.com/contacts/1/record/0-1/901',
      external: true,
    });
    expect(page.text()).toContain('“it is a fax”');
    expect(page.text()).toContain('Not enough yet to compare: …');
  });

  it('say so where there are none, and turn the page where there are many', async () => {
    hubspot.answers.disputes = () =>
      delivered(disputes(0, { sentence: 'No record contradicts its reason.', decided: [] }));
    const empty = await openDisputes();
    expect(empty.text()).toContain('No record contradicts its reason.');
    expect(empty.findAll(TableRow)).toHaveLength(0);
    hubspot.answers.disputes = () => delivered(disputes(10, { next: '10', total: 50 }));
    await empty.show('batch');
    await empty.show('disputes');
    expect(empty.findAll(TableRow)).toHaveLength(70);
    await empty.press('Next page');
    expect(hubspot.sent.at(-1)).toEqual({ route: 'disputes', request: { after: '10' } });
  });

  it('end in one change with an owner and a day, sent once it is complete', async () => {
    const page = await openDisputes();
    await page.press(DECIDE);
    expect(page.button('Decide').props.disabled).toBe(true);
    await page.choose('dispute-cause', 'record_wrong');
    await page.choose('dispute-change', 'definition');
    await page.type('Phones are checked.');
    await page.choose('dispute-owner', '77');
    await page.choose('dispute-reopen', 'icp');
    await page.press('Decide');
    expect(hubspot.sent.at(-1)).toMatchObject({
      route: 'dispute-decision',
      request: {
        group: { reason: 'bad_data', dim: 'campaign', value: 'c1' },
        entryIds: [11, 12, 13, 14].map(idOf),
        cause: 'record_wrong',
        change: 'definition',
        text: 'Phones are checked.',
        ownerUserId: 77,
        dueOn: '2026-12-06',
        reopen: 'icp',
      },
    });
    expect(page.text()).toContain('Decided for 4 leads. Dana gets a task.');
    expect(page.maybeFind(TextArea, { name: 'decision' })).toBeNull();
  });

  it('send what was chosen and typed last, also by the button of an earlier drawing', async () => {
    const page = await openDisputes();
    await page.press(DECIDE);
    await page.choose('dispute-cause', 'record_wrong');
    await page.choose('dispute-change', 'definition');
    await page.choose('dispute-owner', '77');
    await page.type('Phones');
    const press = hold(page.button('Decide'));
    await page.choose('dispute-change', 'scoring');
    await page.type('Phones are checked.');
    await press();
    expect(hubspot.sent.at(-1)).toMatchObject({
      request: { cause: 'record_wrong', change: 'scoring', text: 'Phones are checked.' },
    });
  });

  it('a refused decision says what is wrong beside its field', async () => {
    hubspot.answers['dispute-decision'] = () =>
      delivered({
        ok: false,
        kind: 'dispute-incomplete',
        sentence: 'Choose a day to come.',
        retry: false,
        problems: [{ field: 'dueOn', sentence: 'Choose a day to come.' }],
      });
    const page = await openDisputes();
    await page.press(DECIDE);
    await page.choose('dispute-cause', 'record_wrong');
    await page.choose('dispute-change', 'scoring');
    await page.type('Phones are checked.');
    await page.choose('dispute-owner', '77');
    await page.press('Decide');
    const due = page.findAll(Select).find((node) => node.props.name === 'dispute-due');
    expect(due?.props).toMatchObject({ error: true, validationMessage: 'Choose a day to come.' });
  });

  it('cannot be decided by whoever may not, who is told whom to ask', async () => {
    hubspot.answers.disputes = () =>
      delivered(disputes(1, { may: { allowed: false, why: 'You may not decide a dispute. Ask Dana.' } }));
    const page = await openDisputes();
    expect(page.text()).toContain('You may not decide a dispute. Ask Dana.');
    expect(() => page.button(DECIDE)).toThrow();
  });
});

describe('the button', () => {
  it('on a row of the weekly batch puts it before the review', async () => {
    const page = await openDisputes();
    await page.show('batch');
    await page.press('Dispute');
    expect(hubspot.sent.at(-1)).toMatchObject({ route: 'dispute', request: { entryId: idOf(1) } });
    expect(page.text()).toContain('It is looked at in the next weekly review.');
  });

  it('is on a rejected card for those who may, and what was decided takes its place', async () => {
    hubspot.answers.card = () =>
      delivered(buildRejected({}, { dispute: { entryId: idOf(7), sentence: null, may: true } }));
    const card = await openCard();
    await card.press('Dispute');
    expect(hubspot.sent.find(({ route }) => route === 'dispute')).toMatchObject({
      request: { entryId: idOf(7) },
    });
    hubspot.answers.card = () =>
      delivered(
        buildRejected(
          {},
          { dispute: { entryId: idOf(7), sentence: 'Change of scoring, decided.', may: false } },
        ),
      );
    expect((await openCard()).text()).toContain('Change of scoring, decided.');
  });
});
