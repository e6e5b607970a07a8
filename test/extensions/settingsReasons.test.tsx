import { Select } from '@hubspot/ui-extensions';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { delivered, settle } from './hubspot.ts';
import {
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

describe('the reasons on the settings page', () => {
  it('are activated, retired and moved', async () => {
    const page = await openSettings();
    await page.press('Retire', 1);
    await page.press('Activate No budget');
    await page.press('Up', 1);
    await page.save('reasons');
    expect(saves()[0]).toHaveProperty(
      'value.reasons',
      ['too_early', 'not_icp', 'too_late', 'bad_data', 'duplicate', 'other', 'no_budget'].map(
        (code) => expect.objectContaining({ code }) as unknown,
      ),
    );
  });

  it('one that is taken out can be read as another, and as itself once it is back', async () => {
    const page = await openSettings();
    await page.press('Retire');
    const readAs = () => page.findAll(Select).find((node) => node.props.name === 'not_icp.readAs');
    expect(readAs()?.props.label).toBe('The history of “Not ICP” is read');
    // The SDK types the event's argument as the handler itself.
    readAs()?.trigger('onChange', 'low_intent' as never);
    await page.save('reasons');
    expect(saves().at(-1)?.value).toMatchObject({
      crosswalk: [{ from: 'not_icp', to: [{ code: 'low_intent', share: 1 }] }],
    });
    const again = await openSettings();
    await again.press('Retire');
    await again.press('Activate Not ICP');
    await again.save('reasons');
    expect(saves().at(-1)?.value).not.toHaveProperty('crosswalk');
  });

  it('what two of them are read as is kept, also where an earlier drawing is still on the screen', async () => {
    const page = await openSettings();
    await page.press('Retire');
    await page.press('Retire');
    const [first, second] = ['not_icp', 'low_intent'].map(
      (code) => page.findAll(Select).find((node) => node.props.name === `${code}.readAs`)?.props.onChange,
    );
    first?.('too_early');
    second?.('too_late');
    await settle();
    await page.save('reasons');
    expect(saves().at(-1)?.value).toMatchObject({
      crosswalk: [
        { from: 'not_icp', to: [{ code: 'too_early', share: 1 }] },
        { from: 'low_intent', to: [{ code: 'too_late', share: 1 }] },
      ],
    });
  });

  it('one that is taken out can be split into others, by shares', async () => {
    const split = async () => {
      const page = await openSettings();
      await page.press('Retire');
      for (const [name, value] of [
        ['not_icp.readAs', 'low_intent'],
        ['not_icp.readAlsoAs', 'too_early'],
      ]) {
        const found = page.findAll(Select).find((node) => node.props.name === name);
        // The SDK types the event's argument as the handler itself.
        found?.trigger('onChange', value as never);
      }
      const sent = async (): Promise<unknown> => {
        await page.save('reasons');
        return (saves().at(-1)?.value as { crosswalk?: unknown }).crosswalk;
      };
      return { ...page, sent };
    };
    const inShares = (...shares: number[]) => [
      {
        from: 'not_icp',
        to: ['low_intent', 'too_early']
          .slice(0, shares.length)
          .map((code, place) => ({ code, share: shares[place] })),
      },
    ];
    expect(await (await split()).sent()).toEqual(inShares(0.5, 0.5));
    const uneven = await split();
    await uneven.typeNumber('not_icp.shareOf.low_intent', 70);
    await uneven.typeNumber('not_icp.shareOf.too_early', 30);
    expect(await uneven.sent()).toEqual(inShares(0.7, 0.3));
    const one = await split();
    await one.press('Leave out');
    expect(await one.sent()).toEqual(inShares(1));
  });

  it('offers the reasons of HubSpot’s own Leads, and names what needs a decision', async () => {
    const settings = buildSettings();
    answers.view = () =>
      delivered({
        ...settings,
        choices: {
          ...settings.choices,
          hubspot: {
            codes: ['unreachable', 'bad_timing', 'bad_data', 'no_budget', 'other'],
            undecided: ['“Moon phase” is none of the known reasons: choose what it means here.'],
          },
        },
      });
    const page = await openSettings();
    expect(page.text()).toContain('“Moon phase” is none of the known reasons');
    await page.press('Use the reasons of HubSpot’s Leads');
    await page.save('reasons');
    expect(saves().at(-1)?.value).toMatchObject({
      reasons: ['unreachable', 'bad_timing', 'bad_data', 'no_budget', 'other'].map((code) => ({ code })),
    });
  });
});
