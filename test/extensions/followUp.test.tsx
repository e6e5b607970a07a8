import { Button, DateInput, Input, Tabs } from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { HomeTabs } from '../../extensions/src/app/pages/home/HomeTabs.tsx';
import type { FollowUpPage } from '../../src/contract/followUp.ts';
import {
  BASE_URL,
  buildRejected,
  delivered,
  hold,
  settle,
  standInForHubSpot,
  stopTheClock,
} from './hubspot.ts';
import { openCard } from './openCard.tsx';
import { buildPage, idOf } from './openHome.tsx';

let hubspot: ReturnType<typeof standInForHubSpot>;

const page = (count: number, over: Partial<FollowUpPage['rows'][number]> = {}): FollowUpPage => ({
  ok: true,
  sentence: `${count} leads wait.`,
  rows: Array.from({ length: count }, (_, place) => ({
    id: idOf(place + 1),
    contactId: String(900 + place),
    name: `Lead ${place + 1}`,
    link: `https://app.hubspot.com/contacts/1/record/0-1/${900 + place}`,
    age: '2 days',
    sentence: 'Try 1 of 3; ends on 28 Dec 2026 at the latest.',
    problems: [],
    dueOn: '8 Dec 2026',
    ...over,
  })),
  next: null,
  total: count,
});

beforeEach(() => {
  stopTheClock();
  hubspot = standInForHubSpot();
  hubspot.answers['batch-page'] = () => delivered(buildPage());
});
afterEach(() => {
  jest.useRealTimers();
});

async function openTab(tab: string) {
  const renderer = createRenderer('pages');
  renderer.render(
    <HomeTabs context={{ variables: { API_BASE_URL: BASE_URL } }} actions={{ addAlert: () => undefined }} />,
  );
  await settle();
  // The SDK types the event's argument as the handler itself.
  renderer.find(Tabs).trigger('onSelectedChange', tab as never);
  await settle();
  return { ...renderer, text: () => renderer.getRootNode().toString() };
}

it('what is next is listed with its date, and says so where nothing is', async () => {
  hubspot.answers['next-steps'] = () => delivered(page(12));
  const home = await openTab('next-steps');
  expect(home.text()).toContain('12 leads wait.');
  expect(home.text()).toContain('Lead 12');
  hubspot.answers['next-steps'] = () => delivered({ ...page(0), sentence: 'No rejected lead waits.' });
  expect((await openTab('next-steps')).text()).toContain('No rejected lead waits.');
});

it('what is wrong with the data of a lead stands beside it', async () => {
  hubspot.answers.enrichments = () => delivered(page(1, { problems: ['The company is “test”.'] }));
  expect((await openTab('enrichment')).text()).toContain('The company is “test”.');
});

it('the right contact is named once, and the row says what became of it', async () => {
  hubspot.answers['right-contacts'] = () => delivered(page(1));
  hubspot.answers['right-contact'] = () =>
    delivered({ ok: true, sentence: 'Grace Hopper is handed to sales.' });
  const home = await openTab('right-contact');
  home.find(Button, (node) => node.text === 'Name the right person').trigger('onClick');
  await settle();
  const type = (name: string, value: string): void => {
    home
      .findAll(Input)
      .find((node) => node.props.name.startsWith(name))
      ?.trigger('onInput', value as never);
  };
  type('email', ' grace@engines.example ');
  type('firstName', 'Grace');
  await settle();
  const press = hold(home.find(Button, (node) => node.text === 'Hand off this person'));
  // Typed after the button was drawn last.
  type('lastName', 'Hopper');
  await settle();
  await press();
  expect(hubspot.sent.at(-1)).toMatchObject({
    route: 'right-contact',
    answerId: idOf(1),
    request: { email: 'grace@engines.example', firstName: 'Grace', lastName: 'Hopper' },
  });
  expect(home.text()).toContain('Grace Hopper is handed to sales.');
});

it('a name that is corrected after a lost answer is another request, and the same one is sent again as it was', async () => {
  hubspot.answers['right-contacts'] = () => delivered(page(1));
  hubspot.answers['right-contact'] = () => Promise.reject(new Error('no answer'));
  const home = await openTab('right-contact');
  home.find(Button, (node) => node.text === 'Name the right person').trigger('onClick');
  await settle();
  const type = (value: string): void => {
    home.find(Input, (node) => node.props.name.startsWith('email')).trigger('onInput', value as never);
  };
  const send = async (): Promise<string> => {
    home.find(Button, (node) => node.text === 'Hand off this person').trigger('onClick');
    await settle();
    const last = hubspot.sent.at(-1) as { readonly request: { readonly requestId: string } };
    return last.request.requestId;
  };
  type('grace@engines.exmaple');
  await settle();
  const first = await send();
  expect(await send()).toBe(first);
  type('grace@engines.example');
  await settle();
  const second = await send();
  expect(second).not.toBe(first);
  expect(await send()).toBe(second);
});

it('a date in the note is confirmed on the card, and the card looks again', async () => {
  const waiting = {
    sentence: 'Looked at when cooling-off is over. Next look on 22 Dec 2026.',
    proposals: [{ on: '2027-03-01', label: '1 Mar 2027', quote: 'renewal in March 2027' }],
  };
  hubspot.answers.card = () => delivered(buildRejected({}, { waiting }));
  hubspot.answers['event-date'] = () => delivered({ ok: true, sentence: 'Looked at again on 30 Jan 2027.' });
  const card = await openCard();
  expect(card.text()).toContain('Next look on 22 Dec 2026.');
  expect(card.text()).toContain('renewal in March 2027');
  await card.press('Wait for 1 Mar 2027');
  const routes = hubspot.sent.map(({ route }) => route);
  expect(routes.slice(-2)).toEqual(['event-date', 'card']);
  expect(hubspot.sent.at(-2)).toMatchObject({ answerId: 'rej-1', request: { on: '2027-03-01' } });
  expect(card.text()).toContain('Looked at again on 30 Jan 2027.');
});

it('the end of a contract that nobody knows is asked for on the card, with a day proposed', async () => {
  const waiting = {
    sentence: 'Looked at when cooling-off is over. Next look on 22 Dec 2026.',
    proposals: [],
    asked: { question: 'When does the contract with the competitor end?', proposedOn: '2027-11-22' },
  };
  hubspot.answers.card = () => delivered(buildRejected({}, { waiting }));
  hubspot.answers['event-date'] = () => delivered({ ok: true, sentence: 'Looked at again on 30 Jan 2027.' });
  const card = await openCard();
  const input = card.find(DateInput, { name: 'asked-date' });
  expect(input.props.label).toBe('When does the contract with the competitor end?');
  expect(input.props.value).toEqual({ year: 2027, month: 10, date: 22 });
  input.trigger('onChange', { year: 2027, month: 2, date: 1, formattedDate: '03/01/2027' } as never);
  await settle();
  await card.press('Wait for that day');
  expect(hubspot.sent.at(-2)).toMatchObject({ route: 'event-date', request: { on: '2027-03-01' } });
});

it('the right contact is chosen among those of the company', async () => {
  hubspot.answers['right-contacts'] = () => delivered(page(1));
  hubspot.answers.candidates = () =>
    delivered({
      ok: true,
      sentence: 'One other contact of Analytical Engines.',
      candidates: [
        {
          contactId: '955',
          name: 'Grace Hopper',
          link: 'https://app.hubspot.com/contacts/1/record/0-1/955',
          email: null,
          jobTitle: 'VP Operations',
        },
      ],
    });
  hubspot.answers['right-contact'] = () =>
    delivered({ ok: true, sentence: 'Grace Hopper is handed to sales.' });
  const home = await openTab('right-contact');
  home.find(Button, (node) => node.text === 'Name the right person').trigger('onClick');
  await settle();
  home.find(Input, { name: `colleague-${idOf(1)}` }).trigger('onInput', ' hopper ' as never);
  home.find(Button, (node) => node.text === 'Look up contacts of this company').trigger('onClick');
  await settle();
  expect(hubspot.sent.at(-1)).toEqual({ route: 'candidates', answerId: idOf(1), request: { q: 'hopper' } });
  expect(home.text()).toContain('One other contact of Analytical Engines.');
  home.find(Button, (node) => node.text === 'Hand off Grace Hopper').trigger('onClick');
  await settle();
  expect(hubspot.sent.at(-1)).toMatchObject({
    route: 'right-contact',
    answerId: idOf(1),
    request: { contactId: '955' },
  });
  expect(home.text()).toContain('Grace Hopper is handed to sales.');
});
