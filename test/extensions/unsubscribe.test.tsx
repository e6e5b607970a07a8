import { ToggleGroup } from '@hubspot/ui-extensions';
import { expect, it } from '@jest/globals';
import { buildView, delivered, settle, standInForHubSpot } from './hubspot.ts';
import { openCard } from './openCard.tsx';

it('asks whether the person wants no more e-mail, where the reason asks it, and sends what was said', async () => {
  const hubspot = standInForHubSpot();
  const reasons = buildView().reasons.map((reason) =>
    reason.code === 'too_early' ? { ...reason, asksUnsubscribe: true } : reason,
  );
  hubspot.answers.card = () => delivered(buildView({ reasons }));
  const card = await openCard();
  await card.choose('bad_data');
  expect(card.text()).not.toContain('no more e-mail');
  await card.choose('too_early');
  card.find(ToggleGroup, { name: 'unsubscribe' }).trigger('onChange', 'true' as never);
  await settle();
  await card.press('Reject');
  expect(hubspot.sent.filter(({ route }) => route === 'rejection')).toMatchObject([
    { request: { unsubscribe: true } },
  ]);
});
