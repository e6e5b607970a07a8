import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  buildRejected,
  buildStep,
  buildView,
  delivered,
  NOW,
  pass,
  standInForHubSpot,
  stopTheClock,
} from './hubspot.ts';
import { openCard } from './openCard.tsx';

const iso = (msFromNow: number): string => new Date(NOW.getTime() + msFromNow).toISOString();

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

describe('an answer that stands', () => {
  it('shows who gave it, when in the portal’s time, the note and every step with its state', async () => {
    hubspot.answers.card = () =>
      delivered(
        buildRejected({
          note: 'Asked for spring',
          classed: 'Early: it came before its time.',
          steps: [
            buildStep({ label: 'Set the status' }),
            buildStep({ label: 'Change the stage', state: 'waiting', detail: 'until the weekly review' }),
            buildStep({ label: 'Create a task', state: 'not-restored', detail: 'somebody has completed it' }),
          ],
        }),
      );
    const card = await openCard();
    const text = card.text();
    for (const words of [
      'Mia Manager, 22 Nov 2026, 11:00',
      'Asked for spring',
      'Early: it came before its time.',
      'Change the stage: until the weekly review',
      'Waiting',
      'Not restored',
    ])
      expect(text).toContain(words);
  });

  it('shows earlier answers', async () => {
    hubspot.answers.card = () =>
      delivered(
        buildView({ history: [{ at: iso(-60_000), sentence: 'Mia took the rejection back.', steps: [] }] }),
      );
    const card = await openCard();
    expect(card.text()).toContain('Earlier answers (1)');
    expect(card.text()).toContain('Mia took the rejection back.');
  });

  it('is looked up while steps are under way, ever more rarely, until they are settled', async () => {
    hubspot.answers.card = () => delivered(buildRejected({ steps: [buildStep({ state: 'running' })] }));
    const card = await openCard();
    await pass(2_000);
    expect(sentTo('card')).toHaveLength(2);
    await pass(3_000);
    await pass(4_000);
    expect(sentTo('card')).toHaveLength(3);
    expect(card.refreshes()).toBe(0);
    hubspot.answers.card = () => delivered(buildRejected());
    await pass(30_000);
    expect(sentTo('card')).toHaveLength(4);
    expect(card.refreshes()).toBe(1);
    await pass(300_000);
    expect(sentTo('card')).toHaveLength(4);
  });

  it('does not make HubSpot read its properties again when HubSpot merely draws the card anew', async () => {
    hubspot.answers.card = () => delivered(buildRejected());
    const card = await openCard({ objectId: 51 });
    await card.goTo(51);
    expect(card.refreshes()).toBe(0);
  });

  it('is not looked up any more once the rep has left', async () => {
    hubspot.answers.card = () => delivered(buildRejected({ steps: [buildStep({ state: 'pending' })] }));
    const card = await openCard();
    await card.leave();
    await pass(60_000);
    expect(sentTo('card')).toHaveLength(1);
  });
});
