import {
  EmptyState,
  ErrorState,
  Link,
  LoadingSpinner,
  SearchInput,
  Select,
  TableRow,
  TextArea,
} from '@hubspot/ui-extensions';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { BatchRequest } from '../../src/contract/queues.ts';
import { delivered, hold, pass, settle, standInForHubSpot, stopTheClock, wrapped } from './hubspot.ts';
import { buildPage, buildRow, idOf, openHome, rows } from './openHome.tsx';

let hubspot: ReturnType<typeof standInForHubSpot>;
const batches = (): BatchRequest[] =>
  hubspot.sent.flatMap((each) => (each.route === 'batch' ? [each.request] : []));
const lastLook = (): Record<string, string> | undefined =>
  hubspot.sent.flatMap((each) => (each.route === 'batch-page' ? [each.request] : [])).at(-1);

beforeEach(() => {
  stopTheClock();
  hubspot = standInForHubSpot();
  hubspot.answers['batch-page'] = () => delivered(buildPage());
  hubspot.answers.batch = (sent) => {
    const { approve, override } = (sent as { request: BatchRequest }).request;
    const ids = [...approve, ...override.map(({ entryId }) => entryId)];
    return delivered({
      ok: true,
      results: ids.map((entryId) => ({ entryId, ok: true, sentence: 'Approved.' })),
    });
  };
});

afterEach(() => {
  jest.useRealTimers();
});

describe('what is shown', () => {
  it('while it is looked up, that it is', async () => {
    hubspot.answers['batch-page'] = () => new Promise(() => undefined);
    const home = await openHome();
    expect(home.find(LoadingSpinner).props.label).toBe('Looking up what waits…');
  });

  it('where nothing waits, what would appear here', async () => {
    hubspot.answers['batch-page'] = () =>
      delivered(buildPage({ rows: [], total: 0, waiting: 0, sentence: 'Nothing waits.' }));
    const home = await openHome();
    expect(home.find(EmptyState).props.title).toBe('Nothing to decide');
    expect(home.text()).toContain('Rejections appear here when');
    expect(home.findAll(TableRow)).toEqual([]);
  });

  it('twelve rows, each with a link to its record, and no other page', async () => {
    const home = await openHome();
    expect(home.drawnRows()).toBe(12);
    expect(home.text()).toContain('12 rejections wait, the oldest since 20 Nov 2026 (2 days).');
    expect(home.find(Link).props.href).toEqual({
      url: 'https://app.hubspot.com/contacts/1/record/0-1/901',
      external: true,
    });
    expect(home.text()).toContain('Mia Manager, 2 days ago, by card');
    expect(() => home.button('Next page')).toThrow();
  });

  it('of five thousand, fifty at a time and never more than a hundred, whichever page', async () => {
    hubspot.answers['batch-page'] = (sent) => {
      const { after } = (sent as { request: Record<string, string> }).request;
      const start = Number(after ?? 0);
      return delivered(
        buildPage({
          rows: Array.from({ length: 50 }, (_, place) => buildRow(start + place + 1)),
          next: start + 50 < 5_000 ? String(start + 50) : null,
          total: 5_000,
          waiting: 5_000,
        }),
      );
    };
    const home = await openHome();
    expect(lastLook()).toEqual({ limit: '50' });
    expect(home.drawnRows()).toBe(50);
    expect(home.text()).toContain('50 of 5000 shown');
    await home.check('select-all');
    expect(home.button('Approve (50)').props.disabled).toBe(false);
    await home.press('Next page');
    expect(lastLook()).toEqual({ limit: '50', after: '50' });
    expect(home.drawnRows()).toBe(50);
    expect(home.text()).toContain('Lead 51');
    expect(home.button('Approve (0)').props.disabled).toBe(true);
    await home.press('First page');
    expect(home.text()).toContain('Lead 1');
  });

  it('where the look-up fails, the sentence and a way to try again', async () => {
    hubspot.answers['batch-page'] = () => wrapped(503);
    const home = await openHome();
    expect(home.find(ErrorState).props.title).toBe('The batch could not be looked up');
    hubspot.answers['batch-page'] = () => delivered(buildPage());
    await home.press('Try again');
    expect(home.drawnRows()).toBe(12);
  });

  it('where a later look-up fails, what was shown, and that it may be old', async () => {
    const home = await openHome();
    hubspot.answers['batch-page'] = () => wrapped(503);
    await home.choose('reason', 'too_early');
    expect(home.drawnRows()).toBe(12);
    expect(home.alertTitles()).toContain(
      'The latest state could not be looked up; what is shown may be out of date.',
    );
  });
});

describe('the filter', () => {
  it('waits until nobody types any more, and asks the server', async () => {
    const home = await openHome();
    const before = hubspot.sent.length;
    await home.search('lov');
    await pass(200);
    await home.search('lovelace');
    await pass(399);
    expect(hubspot.sent).toHaveLength(before);
    await pass(1);
    expect(hubspot.sent).toHaveLength(before + 1);
    expect(lastLook()).toEqual({ limit: '50', q: 'lovelace' });
    await home.choose('reason', 'too_early');
    expect(lastLook()).toEqual({ limit: '50', q: 'lovelace', reason: 'too_early' });
  });

  it('that nothing fits says so, and is taken off again', async () => {
    const home = await openHome();
    hubspot.answers['batch-page'] = (sent) =>
      delivered(
        (sent as { request: Record<string, string> }).request['q'] === undefined
          ? buildPage()
          : buildPage({ rows: [], total: 0, waiting: 12 }),
      );
    await home.search('nobody');
    await pass(400);
    expect(home.find(EmptyState).props.title).toBe('Nothing fits this filter');
    await home.press('Show all');
    await pass(400);
    expect(home.drawnRows()).toBe(12);
    expect(home.find(SearchInput).props.defaultValue).toBe('');
  });

  it('an answer that was overtaken by a later one is not shown', async () => {
    const home = await openHome();
    let answerFirst: (() => void) | undefined;
    hubspot.answers['batch-page'] = () =>
      new Promise((resolve) => {
        answerFirst = () => resolve(delivered(buildPage({ rows: [buildRow(99)] })));
      });
    await home.choose('reason', 'too_early');
    hubspot.answers['batch-page'] = () => delivered(buildPage({ rows: rows(3) }));
    await home.choose('reason', '');
    answerFirst?.();
    await settle();
    expect(home.drawnRows()).toBe(3);
  });
});

describe('approving', () => {
  it('sends what is selected, tells what became of each row, and looks again', async () => {
    hubspot.answers.batch = () =>
      delivered({
        ok: true,
        results: [
          { entryId: idOf(1), ok: true, sentence: 'Approved: what waited is being carried out now.' },
          { entryId: idOf(3), ok: false, sentence: 'It was taken back meanwhile.' },
        ],
      });
    const home = await openHome();
    await home.check(`select-${idOf(1)}`);
    await home.check(`select-${idOf(2)}`);
    await home.check(`select-${idOf(3)}`);
    await home.check(`select-${idOf(2)}`, false);
    hubspot.answers['batch-page'] = () => delivered(buildPage({ rows: rows(12).slice(3) }));
    await home.press('Approve (2)');
    expect(batches()).toMatchObject([{ approve: [idOf(1), idOf(3)], override: [] }]);
    expect(home.alertTitles()).toEqual(['1 decided, 1 not']);
    const words = home.text();
    expect(words.indexOf('Lead 3: It was taken back meanwhile.')).toBeLessThan(
      words.indexOf('Lead 1: Approved: what waited is being carried out now.'),
    );
    expect(home.drawnRows()).toBe(9);
    expect(home.button('Approve (0)').props.disabled).toBe(true);
    await home.press('Hide');
    expect(home.alertTitles()).toEqual([]);
  });

  it('that did not come through is sent again as it was, under the same id', async () => {
    const home = await openHome();
    await home.check(`select-${idOf(1)}`);
    const answer = hubspot.answers.batch;
    hubspot.answers.batch = () => wrapped(503);
    await home.press('Approve (1)');
    expect(home.alertTitles()).toEqual(['The decision is not through yet']);
    if (answer !== undefined) hubspot.answers.batch = answer;
    await home.check(`select-${idOf(2)}`);
    await home.press('Try again');
    const [first, second] = batches();
    expect(second).toEqual(first);
    expect(home.alertTitles()).toEqual(['1 decided']);
    await home.check(`select-${idOf(2)}`);
    await home.press('Approve (1)');
    expect(batches().at(-1)?.requestId).not.toBe(first?.requestId);
  });

  it('while the page is turned leaves the reviewer on the page that was turned to', async () => {
    hubspot.answers['batch-page'] = (sent) =>
      delivered(
        (sent as { request: Record<string, string> }).request['after'] === undefined
          ? buildPage({ next: '50', total: 62, waiting: 62 })
          : buildPage({ rows: [buildRow(51)], total: 62, waiting: 62 }),
      );
    const home = await openHome();
    await home.check(`select-${idOf(1)}`);
    let answer: (() => void) | undefined;
    hubspot.answers.batch = () =>
      new Promise((resolve) => {
        answer = () =>
          resolve(delivered({ ok: true, results: [{ entryId: idOf(1), ok: true, sentence: 'Approved.' }] }));
      });
    await home.press('Approve (1)');
    await home.press('Next page');
    answer?.();
    await settle();
    expect(lastLook()).toEqual({ limit: '50', after: '50' });
    expect(home.text()).toContain('Lead 51');
  });

  it('the whole last page leads back to the first one', async () => {
    let left = true;
    hubspot.answers['batch-page'] = (sent) =>
      delivered(
        (sent as { request: Record<string, string> }).request['after'] === undefined
          ? buildPage({ next: left ? '50' : null, total: 13, waiting: 13 })
          : buildPage({ rows: left ? [buildRow(51)] : [], total: 13, waiting: 13 }),
      );
    const home = await openHome();
    await home.press('Next page');
    await home.check('select-all');
    left = false;
    await home.press('Approve (1)');
    expect(lastLook()).toEqual({ limit: '50' });
    expect(home.drawnRows()).toBe(12);
    expect(home.maybeFind(EmptyState)).toBeNull();
  });

  it('approves what is selected by now, also by the button of an earlier drawing', async () => {
    const home = await openHome();
    await home.check(`select-${idOf(1)}`);
    await home.check(`select-${idOf(2)}`);
    const press = hold(home.button('Approve (2)'));
    await home.check(`select-${idOf(1)}`, false);
    await press();
    expect(hubspot.sent.find(({ route }) => route === 'batch')).toMatchObject({
      request: { approve: [idOf(2)] },
    });
  });

  it('is sent once, however often it is pressed', async () => {
    const home = await openHome();
    await home.check(`select-${idOf(1)}`);
    hubspot.answers.batch = () => new Promise(() => undefined);
    await home.press('Approve (1)');
    expect(home.button('Approving…').props.disabled).toBe(true);
    expect(home.button('Override').props.disabled).toBe(true);
    expect(batches()).toHaveLength(1);
  });
});

describe('overriding one', () => {
  it('takes another reason and a note', async () => {
    const home = await openHome();
    await home.press('Override', 1);
    expect(home.text()).toContain('Override Lead 2, rejected as Too early');
    const choices = home.find(Select, { name: 'override-reason' }).props.options;
    expect(choices.map(({ value }) => value)).toEqual(['bad_data', 'other']);
    expect(home.button('Override with this reason').props.disabled).toBe(true);
    await home.choose('override-reason', 'other');
    expect(home.button('Override with this reason').props.disabled).toBe(true);
    await home.type('override-note', 'a competitor');
    await home.press('Override with this reason');
    expect(batches()).toMatchObject([
      { approve: [], override: [{ entryId: idOf(2), reason: 'other', note: 'a competitor' }] },
    ]);
    expect(home.alertTitles()).toEqual(['1 decided']);
    expect(home.maybeFind(Select, { name: 'override-reason' })).toBeNull();
  });

  it('can be left', async () => {
    const home = await openHome();
    await home.press('Override');
    await home.press('Cancel');
    expect(home.maybeFind(Select, { name: 'override-reason' })).toBeNull();
    expect(batches()).toEqual([]);
  });
});

it('an override and an undo send what was chosen and typed last, also by the button of an earlier drawing', async () => {
  const home = await openHome();
  await home.press('Override');
  await home.choose('override-reason', 'other');
  await home.type('override-note', 'a');
  const override = hold(home.button('Override with this reason'));
  await home.choose('override-reason', 'bad_data');
  await home.type('override-note', 'a fax');
  await override();
  expect(hubspot.sent.find(({ route }) => route === 'batch')).toMatchObject({
    request: { override: [{ entryId: idOf(1), reason: 'bad_data', note: 'a fax' }] },
  });
  await home.press('Undo');
  await home.type('undo-reason', 'the');
  const undo = hold(home.button('Undo the rejection'));
  await home.type('undo-reason', 'the wrong Ada');
  await undo();
  expect(hubspot.sent.find(({ route }) => route === 'undo')).toMatchObject({
    request: { reason: 'the wrong Ada' },
  });
});

describe('undoing one', () => {
  it('needs a reason and says where it was asked', async () => {
    hubspot.answers.undo = () =>
      delivered({ ok: true, undoId: 'u1', headline: 'Taken back.', next: 'The record is put back.' });
    const home = await openHome();
    await home.press('Undo');
    expect(home.button('Undo the rejection').props.disabled).toBe(true);
    await home.type('undo-reason', 'the wrong Ada');
    await home.press('Undo the rejection');
    expect(hubspot.sent.find(({ route }) => route === 'undo')).toMatchObject({
      answerId: idOf(1),
      request: { reason: 'the wrong Ada', path: 'app_home' },
    });
    expect(home.text()).toContain('Lead 1: Taken back. The record is put back.');
    expect(home.alerts).toEqual(['Taken back. The record is put back.']);
  });

  it('that is refused keeps its form and says why', async () => {
    hubspot.answers.undo = () =>
      delivered({
        ok: false,
        kind: 'already-undone',
        sentence: 'This answer has already been taken back.',
        retry: false,
      });
    const home = await openHome();
    await home.press('Undo');
    await home.type('undo-reason', 'the wrong Ada');
    await home.press('Undo the rejection');
    expect(home.alertTitles()).toEqual(['The decision was not taken']);
    expect(home.text()).toContain('This answer has already been taken back.');
    expect(home.maybeFind(TextArea, { name: 'undo-reason' })).not.toBeNull();
  });
});
