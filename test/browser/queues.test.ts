import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { askSandbox } from '../../sandbox/control.ts';
import { fillPortal } from '../../sandbox/data/content.ts';
import { createClicks, eachOf } from '../../sandbox/replaying/rep.ts';
import { openStage, type Stage } from './stage.ts';

const FEW = 12;
const MANY = 5_000;
const REP = { ownerId: '9001', userId: 7001, name: 'Rita Rep', email: 'rita.rep@example.com' };
const LONG_NAME = `Wolfeschlegelsteinhausenbergerdorff-${'Zwingenberger'.repeat(8)} 王小明 😀`;

let stage: Stage;
let lastId = 300_000;
beforeAll(async () => {
  stage = await openStage();
}, 300_000);
afterAll(() => stage.close());

/** Leads that the app has heard of, so many at once. */
const addLeads = async (count: number): Promise<readonly string[]> => {
  const ids = Array.from({ length: count }, () => String((lastId += 1)));
  await fillPortal(stage.sandbox.crmUrl, stage.sandbox.portalId, {
    owners: [],
    associations: [],
    objects: {
      contacts: ids.map((id, place) => ({
        id,
        createdAt: new Date(Date.now() - 86_400_000).toISOString(),
        properties: {
          email: `lead-${id}@company-${id}.example`,
          firstname: 'Lead',
          lastname: place === 0 ? LONG_NAME : `Number ${id}`,
          company: `Company ${id}`,
          lifecyclestage: 'marketingqualifiedlead',
          hs_lead_status: 'NEW',
          hubspot_owner_id: REP.ownerId,
        },
      })),
    },
    announcedContactIds: ids,
  });
  return ids;
};

/** Reps reject them on the card, as HubSpot signs it. */
const rejectAll = async (ids: readonly string[]): Promise<void> => {
  const clicks = createClicks(stage.sandbox);
  await eachOf(ids, 16, async (objectId) => {
    const reason = Number(objectId) % 2 === 0 ? 'too_early' : 'low_intent';
    const said = await clicks.reject(REP, { objectTypeId: '0-1', objectId }, reason, null);
    expect(said).toMatchObject({ ok: true });
  });
};

/** Somebody edits many records at once in HubSpot, around the card. */
const turnBackInBulk = async (ids: readonly string[]): Promise<void> => {
  const { crmUrl, portalId } = stage.sandbox;
  const { uiToken } = (await askSandbox(crmUrl, 'GET', `/sandbox/portals/${portalId}`)) as {
    uiToken: string;
  };
  for (let first = 0; first < ids.length; first += 100) {
    const answer = await fetch(`${crmUrl}/crm/objects/2026-09/contacts/batch/update`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${uiToken}`,
        'x-sandbox-actor': 'crm-ui; userId=77; via=bulk',
      },
      body: JSON.stringify({
        inputs: ids
          .slice(first, first + 100)
          .map((id) => ({ id, properties: { hs_lead_status: 'UNQUALIFIED' } })),
      }),
    });
    expect(answer.status).toBe(200);
  }
};

const openHome = async (tab: string): Promise<void> => {
  await stage.page.goto(`${stage.sandbox.pageUrl}/home`);
  await stage.page.getByRole('tab', { name: tab }).click();
};
const rows = () => stage.page.getByRole('tabpanel').getByRole('row');

/** Shown again until the sentence is there: what was done around the card takes a moment to be found. */
const openUntil = async (tab: string, sentence: RegExp): Promise<void> => {
  const deadline = Date.now() + 90_000;
  for (;;) {
    await openHome(tab);
    try {
      await stage.page.getByText(sentence).first().waitFor({ timeout: 5_000 });
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
};

const narrow = async (look: () => Promise<void>): Promise<void> => {
  await stage.page.setViewportSize({ width: 390, height: 800 });
  try {
    await look();
  } finally {
    await stage.page.setViewportSize({ width: 1360, height: 1000 });
  }
};

/** A page that is wider than the window would have to be pushed sideways to be read. */
const expectNotWider = async (): Promise<void> => {
  const widths = await stage.page.evaluate(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  const [content = 0, window = 0] = widths as number[];
  expect(content).toBeLessThanOrEqual(window);
};

describe('the home page, in a real browser on the production bundle', () => {
  it.each([
    ['Weekly batch', /Nothing waits/],
    ['Pending reasons', /No reason is missing/],
    ['Human review', /Nobody waits for a review/],
    ['Coverage', /./],
  ])('%s is empty at first, says what will come, and can be read by everybody', async (tab, sentence) => {
    await openHome(tab);
    await stage.page.getByRole('tabpanel').getByText(sentence).first().waitFor();
    await stage.expectAccessible();
    await narrow(async () => {
      await expectNotWider();
      await stage.expectAccessible();
    });
  });

  it('a dozen rejections are picked and approved with the keyboard alone', async () => {
    await rejectAll(await addLeads(FEW));
    await openUntil('Weekly batch', /12 rejections wait/);
    expect(await rows().count()).toBe(FEW + 1);
    await stage.expectAccessible();
    await narrow(async () => {
      await expectNotWider();
      await stage.expectAccessible();
    });
    await stage.page.getByRole('checkbox', { name: /^Select Lead Wolfe/ }).focus();
    await stage.page.keyboard.press('Space');
    await stage.page.getByRole('button', { name: 'Approve (1)' }).focus();
    await stage.page.keyboard.press('Enter');
    await stage.page.getByText('1 decided').waitFor();
    await stage.page.getByText(/11 rejections wait/).waitFor();
  });

  it(`of ${MANY} rejections it shows a page, finds one among them, and approves a page at once`, async () => {
    await rejectAll(await addLeads(MANY));
    await openUntil('Weekly batch', /5,?011 rejections wait/);
    expect(await rows().count()).toBe(101);
    await stage.expectAccessible();
    await stage.page.getByRole('button', { name: 'Next page' }).click();
    await stage.page.getByRole('button', { name: 'First page' }).click();
    const wanted = `Number ${lastId}`;
    await stage.page.getByRole('searchbox').or(stage.page.getByRole('textbox')).first().fill(wanted);
    await stage.page.getByText('1 of 1 shown').waitFor();
    await stage.page.getByRole('checkbox', { name: 'Select all on this page' }).click();
    await stage.page.getByRole('button', { name: 'Approve (1)' }).click();
    await stage.page.getByText('1 decided').waitFor();
    await openUntil('Weekly batch', /5,?010 rejections wait/);
    await stage.page.getByRole('checkbox', { name: 'Select all on this page' }).click();
    await stage.page.getByRole('button', { name: 'Approve (100)' }).click();
    await stage.page.getByText('100 decided').waitFor({ timeout: 60_000 });
  }, 300_000);

  it.each([FEW, MANY])(
    '%i rejections without a reason are listed, oldest first',
    async (count) => {
      await turnBackInBulk(await addLeads(count));
      const total = count === FEW ? '12' : '5,?012';
      await openUntil('Pending reasons', new RegExp(`${total} rejections wait`));
      expect(await rows().count()).toBe(Math.min(count, 100) + 1);
      await stage.expectAccessible();
      await narrow(async () => {
        await expectNotWider();
        await stage.expectAccessible();
      });
      await openHome('Coverage');
      await stage.page.getByRole('cell', { name: 'Bulk edit' }).waitFor();
      await stage.expectAccessible();
    },
    300_000,
  );
});

describe('the settings page', () => {
  it('is read and saved with the keyboard alone, in a narrow window too', async () => {
    await stage.page.goto(`${stage.sandbox.pageUrl}/settings`);
    await stage.page.getByRole('tab', { name: 'Reasons' }).waitFor();
    for (const tab of await stage.page.getByRole('tab').all()) {
      await tab.focus();
      await stage.page.keyboard.press('Enter');
      await stage.expectAccessible();
      await narrow(async () => {
        await expectNotWider();
        await stage.expectAccessible();
      });
    }
  });
});
