import { Link, LoadingSpinner, Select, TextArea, ToggleGroup } from '@hubspot/ui-extensions';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  buildRejected,
  buildStep,
  buildView,
  delivered,
  hold,
  NOW,
  pass,
  REASON_ROWS,
  settle,
  standInForHubSpot,
  stopTheClock,
} from './hubspot.ts';
import { openCard } from './openCard.tsx';

const iso = (msFromNow: number): string => new Date(NOW.getTime() + msFromNow).toISOString();

const REJECTED = {
  ok: true,
  rejectionId: 'rej-1',
  headline: 'Rejected as Too early.',
  next: 'Goes to the educational track, no sales contact before 22 Dec.',
  undoUntil: iso(30_000),
} as const;

let hubspot: ReturnType<typeof standInForHubSpot>;
const sentTo = (route: string) =>
  hubspot.sent.filter((each) => each.route === route).map(({ request }) => request);

beforeEach(() => {
  stopTheClock();
  hubspot = standInForHubSpot();
  hubspot.answers.card = () => delivered(buildView());
});

afterEach(() => {
  jest.useRealTimers();
});

describe('opening the card', () => {
  it('says what it is doing, and after four seconds that nothing is lost', async () => {
    hubspot.answers.card = () => new Promise(() => undefined);
    const card = await openCard();
    expect(card.find(LoadingSpinner).props).toMatchObject({
      label: 'Looking up this lead…',
      showLabel: true,
    });
    await pass(4_000);
    expect(card.find(LoadingSpinner).props.label).toBe('Still working, nothing is lost…');
  });

  it('shows why the lead is here, and the reasons in the order of the server with none chosen', async () => {
    const card = await openCard();
    expect(card.text()).toContain('MQL from “Ops webinar” · attempt 1 · handed off 1 h 12 m ago');
    expect(card.text()).toContain('Pricing page ×3, ROI calculator');
    const { options, value } = card.find(ToggleGroup).props;
    expect(options.map((option) => option.value)).toEqual(REASON_ROWS.map(({ code }) => code));
    expect(value).toBe('');
    expect(card.button('Reject').props.disabled).toBe(true);
    expect(card.find(Link).props.href).toEqual({ url: 'https://example.com/icp', external: true });
  });

  it('marks what the record suggests, with its evidence, and chooses nothing', async () => {
    const card = await openCard();
    const marked = card
      .find(ToggleGroup)
      .props.options.filter(({ label }) => label.includes('record suggests'));
    expect(marked).toEqual([
      expect.objectContaining({
        value: 'too_early',
        label: 'Too early ‹ record suggests ›',
        description: 'Researching; worth another look later · first visit 3 days ago, no pricing page',
      }),
    ]);
  });

  it('asks for the record that it stands on', async () => {
    await openCard({ objectId: 77 });
    expect(sentTo('card')).toEqual([{ objectTypeId: '0-1', objectId: '77' }]);
  });

  it('says what a lead that was never handed off lacks, and offers no form', async () => {
    hubspot.answers.card = () =>
      delivered(buildView({ state: 'not-handed-off', notice: 'Not handed to sales yet.', reasons: [] }));
    const card = await openCard();
    expect(card.text()).toContain('Not handed to sales yet.');
    expect(card.buttons()).toEqual([]);
  });

  it('tells the rep whom to ask when it was uploaded without its server’s address', async () => {
    const card = await openCard({ variables: {} });
    expect(card.text()).toContain('ask your HubSpot admin to set API_BASE_URL');
    expect(hubspot.sent).toEqual([]);
  });

  it('drops an answer about a record that the rep has left', async () => {
    const slow: ((view: ReturnType<typeof delivered>) => void)[] = [];
    hubspot.answers.card = () => new Promise((resolve) => void slow.push(resolve));
    const card = await openCard({ objectId: 1 });
    await card.goTo(2);
    slow[1]?.(delivered(buildView({ title: 'The second lead' })));
    await settle();
    slow[0]?.(delivered(buildView({ title: 'The first lead' })));
    await settle();
    expect(card.text()).toContain('The second lead');
    expect(card.text()).not.toContain('The first lead');
  });
});

describe('rejecting', () => {
  beforeEach(() => {
    hubspot.answers.rejection = () => {
      hubspot.answers.card = () => delivered(buildRejected());
      return delivered(REJECTED);
    };
  });

  it.each(['wide', 'narrow'] as const)('takes two clicks on the %s card', async (width) => {
    const card = await openCard({ width });
    await card.choose('too_early');
    await card.press('Reject');
    expect(sentTo('rejection')).toEqual([
      {
        requestId: expect.any(String),
        record: { objectTypeId: '0-1', objectId: '51' },
        reason: 'too_early',
        note: null,
        keptDespiteEvidence: false,
      },
    ]);
    expect(card.alertTitles()).toEqual(['Rejected as Too early.']);
    expect(card.text()).toContain('no sales contact before 22 Dec');
    expect(card.buttons()).toEqual(['Undo (30 s)']);
    expect(card.alerts).toEqual(['Rejected as Too early.']);
    expect(card.refreshes()).toBe(1);
  });

  it('shows the reasons of the narrow card as a list to open, with the meaning of the chosen one under it', async () => {
    const card = await openCard({ width: 'narrow' });
    expect(card.maybeFind(ToggleGroup)).toBeNull();
    expect(card.find(Select).props.value).toBeUndefined();
    expect(card.text()).toContain('The record suggests Too early: first visit 3 days ago, no pricing page.');
    await card.choose('not_icp');
    expect(card.find(Select).props.value).toBe('not_icp');
    expect(card.text()).toContain('Outside our definition');
  });

  it('says before the click that the record says otherwise, and does not stand in the way', async () => {
    const card = await openCard();
    await card.choose('bad_data');
    expect(card.text()).toContain('The record has a valid phone and company. Keep Bad data?');
    await card.press('Reject');
    expect(sentTo('rejection')).toEqual([expect.objectContaining({ keptDespiteEvidence: true })]);
  });

  it('waits for the note where the server says that the reason needs one', async () => {
    const card = await openCard();
    await card.choose('other');
    expect(card.find(TextArea).props).toMatchObject({
      required: true,
      description: 'What is it, in a few words?',
    });
    expect(card.button('Reject').props.disabled).toBe(true);
    await card.type('note', '  moved abroad ');
    await card.press('Reject');
    expect(sentTo('rejection')).toEqual([expect.objectContaining({ reason: 'other', note: 'moved abroad' })]);
  });

  it('says what would happen next as soon as a reason is chosen', async () => {
    const card = await openCard();
    expect(card.text()).not.toContain('Goes to the educational track.');
    await card.choose('too_early');
    expect(card.text()).toContain('Goes to the educational track.');
  });

  it('sends what was chosen and typed last, also by the button of an earlier drawing', async () => {
    const card = await openCard();
    await card.choose('bad_data');
    await card.type('note', 'bounced');
    const press = hold(card.button('Reject'));
    await card.choose('too_early');
    await card.type('note', 'evaluates next year');
    await press();
    expect(sentTo('rejection')).toMatchObject([{ reason: 'too_early', note: 'evaluates next year' }]);
  });

  it('sends once, however often Reject is pressed', async () => {
    hubspot.answers.rejection = () => new Promise(() => undefined);
    const card = await openCard();
    await card.choose('too_early');
    const reject = card.button('Reject');
    reject.trigger('onClick');
    reject.trigger('onClick');
    await settle();
    expect(sentTo('rejection')).toHaveLength(1);
    expect(card.button('Rejecting…').props.disabled).toBe(true);
  });

  it('shows what the server answered even when the lead cannot be looked up again', async () => {
    hubspot.answers.rejection = () => {
      hubspot.answers.card = () => Promise.reject(new Error('connection'));
      return delivered(REJECTED);
    };
    const card = await openCard();
    await card.choose('too_early');
    await card.press('Reject');
    expect(card.alertTitles()).toEqual(['Rejected as Too early.']);
    expect(card.text()).toContain('trying again by itself');
    hubspot.answers.card = () => delivered(buildRejected());
    await card.press('Try again');
    expect(card.text()).toContain('Mia Manager, 22 Nov 2026');
  });
});

describe('an answer given elsewhere, in the other card or by a workflow,', () => {
  it('is shown as soon as HubSpot tells that the status changed', async () => {
    const card = await openCard();
    hubspot.answers.card = () => delivered(buildRejected());
    await card.statusChanges();
    expect(card.alertTitles()).toEqual(['Rejected as Too early.']);
    expect(card.alerts).toEqual([]);
  });

  it('does not get in the way of an answer that is being sent', async () => {
    let answer: (answered: ReturnType<typeof delivered>) => void = () => undefined;
    hubspot.answers.rejection = () => new Promise((resolve) => void (answer = resolve));
    const card = await openCard();
    await card.choose('too_early');
    await card.press('Reject');
    await card.statusChanges();
    hubspot.answers.card = () => delivered(buildRejected());
    answer(delivered(REJECTED));
    await settle();
    expect(card.alerts).toEqual(['Rejected as Too early.']);
    expect(card.buttons()).toEqual(['Undo (30 s)']);
  });

  it('is not asked for by a card that the rep has left', async () => {
    const card = await openCard();
    await card.leave();
    await card.statusChanges();
    expect(sentTo('card')).toHaveLength(1);
  });
});

describe('answers that come late', () => {
  it('to an earlier look-up do not bring back the form after the lead was rejected', async () => {
    const moving = {
      at: iso(-60_000),
      sentence: 'Taken back.',
      steps: [buildStep({ state: 'running' as const })],
    };
    const open = delivered(buildView({ history: [moving] }));
    hubspot.answers.card = () => open;
    const card = await openCard();
    let answerLate: (view: typeof open) => void = () => undefined;
    hubspot.answers.card = () => new Promise((resolve) => void (answerLate = resolve));
    await pass(2_000);
    hubspot.answers.rejection = () => {
      hubspot.answers.card = () => delivered(buildRejected());
      return delivered(REJECTED);
    };
    await card.choose('too_early');
    await card.press('Reject');
    answerLate(open);
    await settle();
    expect(card.buttons()).toEqual(['Undo (30 s)']);
  });

  it('to a card that the rep has left alarm nobody and ask for nothing more', async () => {
    let answerLate: (answer: ReturnType<typeof delivered>) => void = () => undefined;
    hubspot.answers.rejection = () => new Promise((resolve) => void (answerLate = resolve));
    const card = await openCard();
    await card.choose('too_early');
    await card.press('Reject');
    await card.leave();
    answerLate(delivered(REJECTED));
    await settle();
    expect(card.alerts).toEqual([]);
    expect(sentTo('card')).toHaveLength(1);
  });

  it('say of an answer that was taken back elsewhere already: the next one gets a new request id', async () => {
    hubspot.answers.rejection = () => delivered(REJECTED);
    const card = await openCard();
    for (let round = 0; round < 2; round += 1) {
      await card.choose('too_early');
      await card.press('Reject');
    }
    const ids = hubspot.sent.flatMap((each) => (each.route === 'rejection' ? [each.request.requestId] : []));
    expect(new Set(ids).size).toBe(2);
  });
});

it('nothing chosen or typed for one record reaches the next', async () => {
  const card = await openCard({ objectId: 1 });
  await card.choose('other');
  await card.type('note', 'about the first');
  await card.goTo(2);
  expect(card.find(ToggleGroup).props.value).toBe('');
  expect(card.find(TextArea).props.defaultValue).toBe('');
});

describe('accepting', () => {
  it('takes one click', async () => {
    hubspot.answers.acceptance = () => {
      hubspot.answers.card = () =>
        delivered(
          buildRejected({ kind: 'accepted', headline: 'Accepted.', reasonLabel: null, undoUntil: null }),
        );
      return delivered({ ok: true, acceptanceId: 'acc-1', headline: 'Accepted.' });
    };
    const card = await openCard();
    await card.press('Accept');
    expect(sentTo('acceptance')).toEqual([
      { requestId: expect.any(String), record: { objectTypeId: '0-1', objectId: '51' } },
    ]);
    expect(card.alertTitles()).toEqual(['Accepted.']);
    expect(card.buttons()).toEqual([]);
  });
});

it('an accepted lead can still be rejected, and not accepted again', async () => {
  hubspot.answers.card = () =>
    delivered(
      buildRejected(
        { kind: 'accepted', id: 'acc-1', headline: 'Accepted.', next: null, reasonLabel: null },
        { state: 'accepted', reasons: [...REASON_ROWS] },
      ),
    );
  const card = await openCard();
  expect(card.buttons()).toEqual(['Undo (30 s)', 'Reject']);
});
