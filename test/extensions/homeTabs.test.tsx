import { Button, ErrorState, Link, Select, TableRow, Tabs } from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HomeTabs } from '../../extensions/src/app/pages/home/HomeTabs.tsx';
import type { EscalationPage } from '../../src/contract/escalations.ts';
import type { CoverageView, PendingPage, ReviewPage } from '../../src/contract/guard.ts';
import { BASE_URL, delivered, settle, standInForHubSpot, stopTheClock, wrapped } from './hubspot.ts';
import { buildPage, idOf } from './openHome.tsx';

let hubspot: ReturnType<typeof standInForHubSpot>;

const about = (place: number) => ({
  id: idOf(place),
  contactId: String(900 + place),
  name: `Lead ${place}`,
  link: `https://app.hubspot.com/contacts/1/record/0-1/${900 + place}`,
  since: '2026-11-20T10:00:00.000Z',
  age: '2 days',
  path: 'bulk edit',
  by: 'Kim Sales',
});
const places = (count: number): number[] => Array.from({ length: count }, (_, place) => place + 1);

const pending = (count: number, next: string | null = null): PendingPage => ({
  ok: true,
  sentence: `${count} rejections wait for a reason.`,
  rows: places(count).map((place) => ({
    ...about(place),
    sentence: 'Rejected without a reason on 20 Nov 2026, 11:00; put back.',
    dueOn: '23 Nov 2026',
  })),
  next,
  total: count,
});
const reviews = (count: number): ReviewPage => ({
  ok: true,
  sentence: `${count} leads wait for a decision.`,
  rows: places(count).map((place) => ({
    ...about(place),
    sales: ['1 Sep 2026, Too early (Mia): “next year”.'],
    marketing: ['a demo was requested (“Book a demo”)'],
  })),
  next: null,
  total: count,
});
const choices = (...values: string[]) => values.map((value) => ({ value, label: `Label of ${value}` }));
const escalations = (count: number): EscalationPage => ({
  ok: true,
  sentence: `${count} patterns wait for an answer.`,
  notEnough: 'Not enough data about 3 of 9 segments.',
  rows: places(count).map((place) => ({
    id: idOf(place),
    title: `Company ${place} is turned down again and again`,
    sentence: '4 of 4 answers were rejections.',
    age: '2 days',
    leads: [
      {
        contactId: '955',
        name: 'Grace Hopper',
        link: 'https://app.hubspot.com/contacts/1/record/0-1/955',
        owner: 'Kim Sales',
        age: '3 days',
        reason: 'Too early',
      },
    ],
    more: 2,
  })),
  resolved: [{ id: idOf(9), title: 'Company 9 is turned down', sentence: 'Mia: Is the ICP changing? No.' }],
  questions: choices('icp', 'competitor', 'product'),
  verdicts: choices('yes', 'no', 'unclear'),
});
const coverage: CoverageView = {
  ok: true,
  sentence:
    '19 of 20 rejections came with a reason on the first try (95 %, target 95 %); none waits for one.',
  paths: [
    { path: 'card', label: 'Card', withReason: 15, missing: 0, invalid: 0, followedUp: 0, open: 0 },
    { path: 'import', label: 'Import', withReason: 4, missing: 1, invalid: 0, followedUp: 1, open: 0 },
  ],
};

beforeEach(() => {
  stopTheClock();
  hubspot = standInForHubSpot();
  hubspot.answers['batch-page'] = () => delivered(buildPage());
  hubspot.answers.pending = () => delivered(pending(12));
  hubspot.answers.reviews = () => delivered(reviews(1));
  hubspot.answers.escalations = () => delivered(escalations(0));
  hubspot.answers.coverage = () => delivered(coverage);
  hubspot.answers.review = () => delivered({ ok: true, sentence: 'Handed to sales again, as attempt 3.' });
});

afterEach(() => {
  jest.useRealTimers();
});

async function openTabs() {
  const renderer = createRenderer('pages');
  renderer.render(
    <HomeTabs context={{ variables: { API_BASE_URL: BASE_URL } }} actions={{ addAlert: () => undefined }} />,
  );
  await settle();
  const button = (label: string) => {
    const found = renderer.findAll(Button).find((node) => node.text === label);
    if (found === undefined) throw new Error(`There is no button ${label}.`);
    return found;
  };
  return {
    find: renderer.find,
    findAll: renderer.findAll,
    text: () => renderer.getRootNode().toString(),
    drawnRows: () => renderer.findAll(TableRow).length - 1,
    show: async (tab: string) => {
      // The SDK types the event's argument as the handler itself.
      renderer.find(Tabs).trigger('onSelectedChange', tab as never);
      await settle();
    },
    press: async (label: string) => {
      button(label).trigger('onClick');
      await settle();
    },
  };
}

const routes = (): string[] => hubspot.sent.map(({ route }) => route);

describe('the tabs of the home page', () => {
  it('look up only what is shown, and anew each time', async () => {
    const home = await openTabs();
    expect(routes()).toEqual(['batch-page']);
    await home.show('pending');
    await home.show('coverage');
    await home.show('pending');
    expect(routes()).toEqual(['batch-page', 'pending', 'coverage', 'pending']);
  });

  it('show twelve missing reasons with links to their records', async () => {
    const home = await openTabs();
    await home.show('pending');
    expect(home.drawnRows()).toBe(12);
    expect(home.text()).toContain('12 rejections wait for a reason.');
    expect(home.text()).toContain('Kim Sales, 2 days ago, by bulk edit');
    expect(home.find(Link).props.href).toEqual({
      url: 'https://app.hubspot.com/contacts/1/record/0-1/901',
      external: true,
    });
  });

  it('say so in one sentence where no reason is missing', async () => {
    hubspot.answers.pending = () => delivered({ ...pending(0), sentence: 'No reason is missing.' });
    const home = await openTabs();
    await home.show('pending');
    expect(home.text()).toContain('No reason is missing.');
    expect(home.findAll(TableRow)).toEqual([]);
  });

  it('turn the page of many, fifty at a time', async () => {
    hubspot.answers.pending = () => delivered(pending(50, idOf(50)));
    const home = await openTabs();
    await home.show('pending');
    expect(home.drawnRows()).toBe(50);
    await home.press('Next page');
    expect(hubspot.sent.at(-1)).toEqual({
      route: 'pending',
      request: { limit: '50', after: idOf(50) },
    });
    await home.press('First page');
    expect(hubspot.sent.at(-1)).toEqual({ route: 'pending', request: { limit: '50' } });
  });

  it('say why nothing could be looked up, and try again', async () => {
    hubspot.answers.pending = () => wrapped(503);
    const home = await openTabs();
    await home.show('pending');
    expect(home.find(ErrorState).props.title).toBe('This could not be looked up');
    hubspot.answers.pending = () => delivered(pending(12));
    await home.press('Try again');
    expect(home.drawnRows()).toBe(12);
  });

  it('show both sides of a third attempt, and take the decision in its row', async () => {
    const home = await openTabs();
    await home.show('review');
    expect(home.text()).toContain('Too early (Mia)');
    expect(home.text()).toContain('a demo was requested');
    await home.press('Hand off again');
    expect(hubspot.sent.at(-1)).toEqual({
      route: 'review',
      id: idOf(1),
      request: { resolution: 'hand_off_again' },
    });
    expect(home.text()).toContain('Handed to sales again, as attempt 3.');
  });

  it('show a refusal in the row, where the decision can be taken again', async () => {
    hubspot.answers.review = () =>
      delivered({ ok: false, kind: 'not-allowed', sentence: 'You may not resolve a review.', retry: false });
    const home = await openTabs();
    await home.show('review');
    await home.press('Keep in nurture');
    expect(home.text()).toContain('You may not resolve a review.');
    hubspot.answers.review = () => delivered({ ok: true, sentence: 'It stays in nurture.' });
    await home.press('Keep in nurture');
    expect(home.text()).toContain('It stays in nurture.');
  });

  it('show an odd pattern with its leads, and resolve it once all three questions are answered', async () => {
    hubspot.answers.escalations = () => delivered(escalations(1));
    hubspot.answers.escalation = () => delivered({ ok: true, sentence: 'Resolved.' });
    const home = await openTabs();
    await home.show('review');
    for (const words of [
      'Company 1 is turned down again and again',
      'Grace Hopper',
      'Too early, 3 days ago, Kim Sales',
      'and 2 more leads',
      'Not enough data about 3 of 9 segments.',
      'Mia: Is the ICP changing? No.',
    ])
      expect(home.text()).toContain(words);
    const choose = async (question: string, verdict: string): Promise<void> => {
      home.find(Select, { name: `${question}-${idOf(1)}` }).trigger('onChange', verdict as never);
      await settle();
    };
    await choose('icp', 'no');
    await choose('competitor', 'yes');
    expect(home.find(Button, { disabled: true }).text).toBe('Resolve');
    await choose('product', 'unclear');
    await home.press('Resolve');
    expect(hubspot.sent.at(-1)).toEqual({
      route: 'escalation',
      id: idOf(1),
      request: { verdicts: { icp: 'no', competitor: 'yes', product: 'unclear' }, text: '' },
    });
    expect(home.text()).toContain('Resolved.');
  });

  it('show the coverage ledger by path', async () => {
    const home = await openTabs();
    await home.show('coverage');
    expect(home.text()).toContain('19 of 20 rejections came with a reason on the first try');
    expect(home.drawnRows()).toBe(2);
    expect(home.text()).toContain('Import');
  });
});
