import { TextArea, ToggleGroup } from '@hubspot/ui-extensions';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { REASONS } from '../../src/reasons.ts';
import type { RejectionRequest } from '../../src/contract.ts';
import {
  buildRejected,
  buildView,
  delivered,
  NOW,
  pass,
  settle,
  standInForHubSpot,
  stopTheClock,
  wrapped,
  type Delivered,
} from './hubspot.ts';
import { openCard } from './openCard.tsx';

const REJECTED = {
  ok: true,
  rejectionId: 'rej-1',
  headline: 'Rejected as Too early.',
  next: 'Goes to the educational track.',
  undoUntil: new Date(NOW.getTime() + 30_000).toISOString(),
} as const;

const REFUSED = {
  ok: false,
  kind: 'reason-retired',
  sentence: '“Too early” is no longer used.',
  retry: false,
};

let hubspot: ReturnType<typeof standInForHubSpot>;
const rejections = (): RejectionRequest[] =>
  hubspot.sent.flatMap((each) => (each.route === 'rejection' ? [each.request] : []));

beforeEach(() => {
  stopTheClock();
  hubspot = standInForHubSpot();
  hubspot.answers.card = () => delivered(buildView());
});

afterEach(() => {
  jest.useRealTimers();
});

type Trouble = {
  readonly trouble: string;
  readonly answer: () => Delivered | Promise<Delivered>;
  readonly says: string;
};

const TROUBLES: readonly Trouble[] = [
  {
    trouble: 'HubSpot cannot be reached',
    answer: () => Promise.reject(new Error('Failed to fetch')),
    says: 'The server cannot be reached just now. It may already have your answer: trying again is safe.',
  },
  { trouble: 'too many requests at the server', answer: () => wrapped(429), says: 'wait a few seconds' },
  {
    trouble: 'too many requests at HubSpot',
    answer: () => delivered({ status: 'error', category: 'RATE_LIMITS', message: 'x' }, 429),
    says: 'wait a few seconds',
  },
  { trouble: 'a server in trouble', answer: () => wrapped(500), says: 'The server has trouble just now.' },
  {
    trouble: 'a server that explains its trouble',
    answer: () =>
      wrapped(503, { ok: false, kind: 'store-busy', sentence: 'The store is being moved.', retry: true }),
    says: 'The store is being moved.',
  },
  {
    trouble: 'an explanation that HubSpot passes on as text',
    answer: () =>
      wrapped(
        503,
        JSON.stringify({ ok: false, kind: 'store-busy', sentence: 'The store is being moved.', retry: true }),
      ),
    says: 'The store is being moved.',
  },
  {
    trouble: 'a server that is too slow',
    answer: () => wrapped(504),
    says: 'The server took too long to answer.',
  },
  {
    trouble: 'an answer that is cut off',
    answer: () => delivered('{"ok":tr'),
    says: 'The server has trouble just now.',
  },
  {
    trouble: 'a page of some other server',
    answer: () => delivered('<html>'),
    says: 'The server has trouble just now.',
  },
  {
    trouble: 'a signature that is not accepted',
    answer: () => wrapped(401),
    says: 'did not let this app in',
  },
  {
    trouble: 'a server that lets nobody in and says why',
    answer: () =>
      wrapped(401, { ok: false, kind: 'app-unknown', sentence: 'Verify HUBSPOT_APP_ID.', retry: false }),
    says: 'Please tell your HubSpot admin; nothing was changed. Verify HUBSPOT_APP_ID.',
  },
  {
    trouble: 'a server that broke down and expects nothing of another try',
    answer: () => wrapped(500, { ok: false, kind: 'internal', sentence: 'It has been noted.', retry: false }),
    says: 'It has been noted.',
  },
];

describe.each(TROUBLES)('$trouble', ({ answer, says }) => {
  it('is said in a sentence, loses nothing, and trying again sends the same request', async () => {
    hubspot.answers.rejection = answer;
    const card = await openCard();
    await card.choose('too_early');
    await card.type('note', 'asked for spring');
    await card.press('Reject');
    expect(card.alertTitles()).toEqual(['The answer is not through yet']);
    expect(card.text()).toContain(says);
    expect(card.find(ToggleGroup).props.value).toBe('too_early');
    hubspot.answers.rejection = () => {
      hubspot.answers.card = () => delivered(buildRejected({ note: 'asked for spring' }));
      return delivered(REJECTED);
    };
    await card.press('Try again');
    const [first, second] = rejections();
    expect(second).toEqual(first);
    expect(first).toMatchObject({ reason: 'too_early', note: 'asked for spring' });
    expect(card.alertTitles()).toEqual(['Rejected as Too early.']);
    expect(card.text()).not.toContain('had already arrived');
  });

  it('is said when the lead is looked up, and trying again looks once more', async () => {
    hubspot.answers.card = answer;
    const card = await openCard();
    expect(card.alertTitles()).toEqual(['This lead could not be looked up']);
    expect(card.text()).not.toContain('may already have your answer');
    hubspot.answers.card = () => delivered(buildView());
    await card.press('Try again');
    expect(card.buttons()).toEqual(['Accept', 'Reject']);
  });
});

describe('a slow or silent server', () => {
  it('is waited for with words, and given up before the rep gives up', async () => {
    hubspot.answers.rejection = () => new Promise(() => undefined);
    const card = await openCard();
    await card.choose('too_early');
    await card.press('Reject');
    expect(card.text()).not.toContain('Still working');
    await pass(4_000);
    expect(card.text()).toContain('Still working, nothing is lost…');
    await pass(15_000);
    expect(card.text()).toContain('The server took too long to answer.');
    expect(card.button('Try again').props.disabled).not.toBe(true);
  });
});

describe('an answer whose fate is unknown', () => {
  it('is shown as soon as the server has it on record', async () => {
    hubspot.answers.rejection = () => {
      hubspot.answers.card = () => delivered(buildRejected());
      return Promise.reject(new Error('connection'));
    };
    const card = await openCard();
    await card.choose('too_early');
    await card.press('Reject');
    expect(card.alertTitles()).toEqual(['Rejected as Too early.']);
    expect(card.text()).toContain('The connection broke while you were answering.');
  });

  it.each([
    { fate: 'a broken connection', answer: () => Promise.reject(new Error('connection')) },
    { fate: 'a server in trouble', answer: () => wrapped(502) },
    { fate: 'an answer that is cut off', answer: () => delivered('{"ok":tr') },
  ])(
    'after $fate keeps its request id when the reason changes, and shows what stands',
    async ({ answer }) => {
      hubspot.answers.rejection = answer;
      const card = await openCard();
      await card.choose('too_early');
      await card.press('Reject');
      await card.choose('bad_data');
      hubspot.answers.rejection = () => {
        hubspot.answers.card = () => delivered(buildRejected());
        return delivered(REJECTED);
      };
      await card.press('Reject');
      const [first, second] = rejections();
      expect(second).toMatchObject({ requestId: first?.requestId, reason: 'bad_data' });
      expect(card.alertTitles()).toEqual(['Rejected as Too early.']);
      expect(card.text()).toContain('Your first answer had already arrived, so it stands.');
    },
  );

  it('says nothing of a first answer when the changed one is what the server took', async () => {
    hubspot.answers.rejection = () => wrapped(502);
    const card = await openCard();
    await card.choose('too_early');
    await card.press('Reject');
    await card.choose('not_icp');
    hubspot.answers.rejection = () => {
      hubspot.answers.card = () =>
        delivered(buildRejected({ reasonLabel: 'Not ICP', headline: 'Rejected as Not ICP.' }));
      return delivered({ ...REJECTED, headline: 'Rejected as Not ICP.' });
    };
    await card.press('Reject');
    expect(card.text()).not.toContain('had already arrived');
  });
});

describe('a refusal', () => {
  it('shows the server’s sentence and keeps reason, note and request id', async () => {
    hubspot.answers.rejection = () => delivered(REFUSED);
    const card = await openCard();
    await card.choose('too_early');
    await card.type('note', 'spring');
    await card.press('Reject');
    expect(card.alertTitles()).toEqual(['The answer was not taken']);
    expect(card.text()).toContain('“Too early” is no longer used. Your reason and note are kept.');
    expect(card.buttons()).not.toContain('Try again');
    expect(card.find(TextArea).props.readOnly).toBe(false);
    await card.press('Reject');
    const [first, second] = rejections();
    expect(second).toEqual(first);
  });

  it('that asks to be tried again can be tried again', async () => {
    hubspot.answers.rejection = () => delivered({ ...REFUSED, retry: true });
    const card = await openCard();
    await card.choose('too_early');
    await card.press('Reject');
    await card.press('Try again');
    expect(rejections()).toHaveLength(2);
  });

  it('of the request id itself makes a new one', async () => {
    hubspot.answers.rejection = () => delivered({ ...REFUSED, kind: 'request-reused' });
    const card = await openCard();
    await card.choose('too_early');
    await card.press('Reject');
    await card.press('Reject');
    const [first, second] = rejections();
    expect(second?.requestId).not.toBe(first?.requestId);
  });

  it('because a colleague was faster shows the colleague’s answer', async () => {
    hubspot.answers.rejection = () => {
      hubspot.answers.card = () => delivered(buildRejected({ by: 'Tom Teammate' }));
      return delivered({ ...REFUSED, kind: 'already-rejected', sentence: 'Already rejected as Too early.' });
    };
    const card = await openCard();
    await card.choose('too_early');
    await card.press('Reject');
    expect(card.text()).toContain('Already rejected as Too early.');
    expect(card.text()).toContain('Tom Teammate');
    expect(card.buttons()).toEqual(['Undo (30 s)']);
  });
});

it('no reason code is ever shown where its label belongs', async () => {
  const codes = new Set(REASONS.map(({ code }) => code).filter((code) => code.includes('_')));
  hubspot.answers.rejection = () => delivered(REFUSED);
  for (const width of ['wide', 'narrow'] as const) {
    const card = await openCard({ width });
    await card.choose('too_early');
    await card.press('Reject');
    await settle();
    // A value is what the card sends; everything else may be read.
    const read = card.text().replaceAll(/"value":"[^"]*"|value="[^"]*"/g, '');
    for (const code of codes) expect(read).not.toContain(code);
  }
});
