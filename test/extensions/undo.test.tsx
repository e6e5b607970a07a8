import { Accordion, TextArea, ToggleGroup } from '@hubspot/ui-extensions';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { UndoRequest } from '../../src/contract.ts';
import {
  buildRejected,
  buildStep,
  buildView,
  delivered,
  hold,
  NOW,
  pass,
  standInForHubSpot,
  stopTheClock,
  wrapped,
} from './hubspot.ts';
import { openCard } from './openCard.tsx';

const UNDONE = {
  ok: true,
  undoId: 'undo-1',
  headline: 'The rejection was taken back.',
  next: 'Everything is being put back as it was.',
} as const;

let hubspot: ReturnType<typeof standInForHubSpot>;
const undos = (): UndoRequest[] =>
  hubspot.sent.flatMap((each) => (each.route === 'undo' ? [each.request] : []));
const requestIds = (): string[] =>
  hubspot.sent.flatMap((each) => (each.route === 'rejection' ? [each.request.requestId] : []));

const takesItBack = () => {
  hubspot.answers.undo = () => {
    hubspot.answers.card = () =>
      delivered(
        buildView({
          history: [
            {
              at: NOW.toISOString(),
              sentence: 'Mia Manager took the rejection back.',
              steps: [buildStep({ state: 'running', label: 'Leave the educational track' })],
            },
          ],
        }),
      );
    return delivered(UNDONE);
  };
};

beforeEach(() => {
  stopTheClock();
  hubspot = standInForHubSpot();
  hubspot.answers.card = () => delivered(buildRejected());
  takesItBack();
});

afterEach(() => {
  jest.useRealTimers();
});

describe('the quick undo', () => {
  it('counts down and is over after thirty seconds', async () => {
    const card = await openCard();
    expect(card.buttons()).toEqual(['Undo (30 s)']);
    await pass(12_000);
    expect(card.buttons()).toEqual(['Undo (18 s)']);
    await pass(18_000);
    expect(card.buttons()).toEqual(['Undo with reason']);
  });

  it.each([-3_600_000, 3_600_000])(
    'goes by the server’s clock when the own clock is %d ms off',
    async (off) => {
      jest.setSystemTime(NOW.getTime() + off);
      const card = await openCard();
      expect(card.buttons()).toEqual(['Undo (30 s)']);
      await pass(29_000);
      expect(card.buttons()).toEqual(['Undo (1 s)']);
      await pass(1_500);
      expect(card.buttons()).toEqual(['Undo with reason']);
    },
  );

  it('does not drift when the timers came late', async () => {
    const card = await openCard();
    // A sleeping laptop: the clock has moved on, and no timer has run.
    jest.setSystemTime(NOW.getTime() + 20_000);
    await pass(500);
    expect(card.buttons()).toEqual(['Undo (10 s)']);
  });

  it('takes the answer back with one click, opens the form again and shows what is being put back', async () => {
    const card = await openCard();
    await card.press('Undo (30 s)');
    expect(undos()).toEqual([{ requestId: expect.any(String), reason: null }]);
    expect(hubspot.sent).toContainEqual(expect.objectContaining({ route: 'undo', answerId: 'rej-1' }));
    expect(card.alertTitles()).toEqual(['The rejection was taken back.']);
    expect(card.text()).toContain('Leave the educational track');
    expect(card.find(Accordion).props.defaultOpen).toBe(true);
    expect(card.buttons()).toEqual(['Accept', 'Reject']);
  });

  it('opens a form with a new request id, so that the next rejection is a new one', async () => {
    hubspot.answers.card = () => delivered(buildView());
    hubspot.answers.rejection = () => {
      hubspot.answers.card = () => delivered(buildRejected());
      return delivered({
        ok: true,
        rejectionId: 'rej-1',
        headline: 'Rejected as Too early.',
        next: '',
        undoUntil: new Date(NOW.getTime() + 30_000).toISOString(),
      });
    };
    const card = await openCard();
    for (let round = 0; round < 2; round += 1) {
      expect(card.find(ToggleGroup).props.value).toBe('');
      await card.choose('too_early');
      await card.press('Reject');
      await card.press('Undo (30 s)');
    }
    expect(new Set(requestIds()).size).toBe(2);
    expect(new Set(undos().map(({ requestId }) => requestId)).size).toBe(2);
  });

  it('that fails keeps the way back open, and trying again sends the same request', async () => {
    hubspot.answers.undo = () => wrapped(503);
    const card = await openCard();
    await card.press('Undo (30 s)');
    expect(card.alertTitles()).toContain('The undo is not through yet');
    takesItBack();
    await card.press('Try again');
    const [first, second] = undos();
    expect(second).toEqual(first);
    expect(card.buttons()).toEqual(['Accept', 'Reject']);
  });

  it('that the server finds too late asks for the reason', async () => {
    hubspot.answers.undo = () =>
      delivered({
        ok: false,
        kind: 'undo-needs-reason',
        sentence: 'The 30 seconds are over. Say why.',
        retry: false,
      });
    const card = await openCard();
    await card.press('Undo (30 s)');
    expect(card.text()).toContain('The 30 seconds are over. Say why.');
    expect(card.buttons()).toEqual(['Undo with reason']);
  });

  it('that a colleague has made already is said above the form', async () => {
    hubspot.answers.undo = () => {
      hubspot.answers.card = () => delivered(buildView());
      return delivered({ ok: false, kind: 'already-undone', sentence: 'Already taken back.', retry: false });
    };
    const card = await openCard();
    await card.press('Undo (30 s)');
    expect(card.text()).toContain('Already taken back.');
    expect(card.buttons()).toEqual(['Accept', 'Reject']);
  });
});

describe('undo with reason', () => {
  it('needs the reason and sends it', async () => {
    const card = await openCard();
    await pass(31_000);
    await card.press('Undo with reason');
    expect(card.button('Undo').props.disabled).toBe(true);
    await card.type('undo-reason', ' wrong lead ');
    await card.press('Undo');
    expect(undos()).toEqual([{ requestId: expect.any(String), reason: 'wrong lead' }]);
    expect(card.buttons()).toEqual(['Accept', 'Reject']);
  });

  it('sends what was written last, also by the button of an earlier drawing', async () => {
    const card = await openCard();
    await pass(31_000);
    await card.press('Undo with reason');
    await card.type('undo-reason', 'wrong');
    const press = hold(card.button('Undo'));
    await card.type('undo-reason', 'wrong lead');
    await press();
    expect(undos()).toMatchObject([{ reason: 'wrong lead' }]);
  });

  it('keeps what was written when it fails', async () => {
    hubspot.answers.undo = () => Promise.reject(new Error('connection'));
    const card = await openCard();
    await pass(31_000);
    await card.press('Undo with reason');
    await card.type('undo-reason', 'wrong lead');
    const field = card.find(TextArea);
    await card.press('Undo');
    expect(card.find(TextArea).props.name).toBe(field.props.name);
    takesItBack();
    await card.press('Try again');
    const [first, second] = undos();
    expect(second).toEqual(first);
    expect(second?.reason).toBe('wrong lead');
  });

  it('starts anew when another answer has come to stand meanwhile', async () => {
    const seenNow = () => ({ now: new Date().toISOString() });
    hubspot.answers.card = () =>
      delivered(buildRejected({ steps: [buildStep({ state: 'running' })] }, seenNow()));
    const card = await openCard();
    await pass(31_000);
    await card.press('Undo with reason');
    hubspot.answers.card = () =>
      delivered(
        buildRejected({ id: 'rej-2', undoUntil: new Date(NOW.getTime() + 90_000).toISOString() }, seenNow()),
      );
    await pass(31_000);
    expect(card.buttons()).toEqual([expect.stringMatching(/^Undo \(\d+ s\)$/)]);
  });

  it('can be left', async () => {
    const card = await openCard();
    await pass(31_000);
    await card.press('Undo with reason');
    await card.press('Keep the answer');
    expect(card.buttons()).toEqual(['Undo with reason']);
    expect(undos()).toEqual([]);
  });
});
