import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { askSandbox } from '../../sandbox/control.ts';
import { fillPortal } from '../../sandbox/data/content.ts';
import { createClicks, eachOf } from '../../sandbox/replaying/rep.ts';
import { reasonsOfPreset } from '../../src/settings.ts';
import { openStage, RITA, type Stage } from './stage.ts';

const FEW = 12;
/** Rows that each queue shows at a time. */
const PAGE = 50;
/** So many rows are tried where QUEUE_ROWS says so (5000 is meant): filling them takes minutes. */
const MANY = Number(process.env['QUEUE_ROWS'] ?? 0);
const LONG_NAME = `Wolfeschlegelsteinhausenbergerdorff-${'Zwingenberger'.repeat(8)} 王小明 😀`;

let stage: Stage;
let lastId = 300_000;
beforeAll(async () => {
  stage = await openStage();
  await stage.saveSettings('reasons', (before) => ({ ...before, reasons: reasonsOfPreset('six') }));
}, 300_000);
afterAll(() => stage.close());

/** A count as sentences write it, with or without a comma. */
const counted = (count: number): string => `${count}`.replace(/(\d)(\d{3})$/, '$1,?$2');

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
          phone: '+49 30 901820',
          lifecyclestage: 'marketingqualifiedlead',
          hs_lead_status: 'NEW',
          hubspot_owner_id: RITA.ownerId,
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
    const reason = Number(objectId) % 2 === 0 ? 'bad_data' : 'wrong_contact';
    const said = await clicks.reject(RITA, { objectTypeId: '0-1', objectId }, reason, null);
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

/** Shows a tab that is there already, and waits for what it says. */
const showTab = async (tab: string, sentence: RegExp): Promise<void> => {
  await stage.page.getByRole('tab', { name: tab }).click();
  await stage.page.getByRole('tabpanel').getByText(sentence).first().waitFor();
};

/** Readable by everybody, in a wide window and in a narrow one. */
const expectReadable = async (): Promise<void> => {
  await stage.expectAccessible();
  await stage.narrow(stage.expectNotWider);
};

describe('the home page, in a real browser on the production bundle', () => {
  it('is empty at first, and each tab says what will come', async () => {
    await openHome('Coverage');
    const tabs = [
      { tab: 'Weekly batch', sentence: /Rejections appear here when/ },
      { tab: 'Pending reasons', sentence: /No reason is missing/ },
      { tab: 'Human review', sentence: /Nobody waits for a review/ },
      { tab: 'Disputes', sentence: /nothing has to be settled/ },
      { tab: 'Next steps', sentence: /No rejected lead waits/ },
      { tab: 'Enrichment', sentence: /No lead waits for its data/ },
      { tab: 'Right contact', sentence: /Nobody waits for the right contact/ },
      { tab: 'Coverage', sentence: /No rejection since/ },
    ];
    for (const { tab, sentence } of tabs) {
      await showTab(tab, sentence);
      await expectReadable();
    }
  });

  it('twelve rejections are in the queues that they belong to, and are decided with the keyboard', async () => {
    await rejectAll(await addLeads(FEW));
    await turnBackInBulk(await addLeads(FEW));
    await openUntil('Pending reasons', /12 rejections wait/);
    expect(await rows().count()).toBe(FEW + 1);
    await expectReadable();
    const tabs = [
      { tab: 'Disputes', sentence: /question/, pages: null },
      { tab: 'Next steps', sentence: /12 .*leads wait/, pages: FEW + 1 },
      { tab: 'Enrichment', sentence: /6 leads wait/, pages: FEW / 2 + 1 },
      { tab: 'Right contact', sentence: /6 companies wait/, pages: FEW / 2 + 1 },
      { tab: 'Coverage', sentence: /Bulk edit/, pages: null },
      { tab: 'Weekly batch', sentence: /12 rejections wait/, pages: FEW + 1 },
    ];
    for (const { tab, sentence, pages } of tabs) {
      await showTab(tab, sentence);
      if (pages !== null) expect(await rows().count()).toBe(pages);
      await expectReadable();
      await stage.picture(`twelve ${tab}`);
    }
    await stage.page.getByRole('checkbox', { name: /^Select Lead Wolfe/ }).focus();
    await stage.page.keyboard.press('Space');
    await stage.page.getByRole('button', { name: 'Approve (1)' }).focus();
    await stage.page.keyboard.press('Enter');
    await stage.page.getByText('1 decided').waitFor();
    await stage.page.getByText(/11 rejections wait/).waitFor();
  }, 120_000);

  (MANY === 0 ? it.skip : it)(
    'of many rejections each queue shows a page, and the batch finds one among them',
    async () => {
      const toReject = await addLeads(MANY);
      const wanted = `Number ${lastId}`;
      await Promise.all([rejectAll(toReject), addLeads(MANY).then(turnBackInBulk)]);
      await openUntil('Weekly batch', new RegExp(`${counted(MANY + 11)} rejections wait`));
      expect(await rows().count()).toBe(PAGE + 1);
      await stage.page.getByRole('button', { name: 'Next page' }).click();
      await stage.page.getByRole('button', { name: 'First page' }).click();
      await stage.page.getByPlaceholder(/^Name, e-mail/).fill(wanted);
      await stage.page.getByText('1 of 1 shown').waitFor();
      await stage.page.getByRole('checkbox', { name: 'Select all on this page' }).click();
      await stage.page.getByRole('button', { name: 'Approve (1)' }).click();
      await stage.page.getByText('1 decided').waitFor();
      await openUntil('Weekly batch', new RegExp(`${counted(MANY + 10)} rejections wait`));
      await stage.page.getByRole('checkbox', { name: 'Select all on this page' }).click();
      await stage.page.getByRole('button', { name: `Approve (${PAGE})` }).click();
      await stage.page.getByText(`${PAGE} decided`).waitFor({ timeout: 60_000 });
      await openUntil('Pending reasons', new RegExp(`${counted(MANY + 12)} rejections wait`));
      expect(await rows().count()).toBe(PAGE + 1);
      const tabs = [
        { tab: 'Next steps', sentence: /\d{3} .*leads wait/ },
        { tab: 'Enrichment', sentence: /\d{3} leads wait/ },
        { tab: 'Right contact', sentence: /\d{3} companies wait/ },
      ];
      for (const { tab, sentence } of tabs) {
        await showTab(tab, sentence);
        expect(await rows().count()).toBe(PAGE + 1);
        await stage.page.getByRole('button', { name: 'Next page' }).click();
        await stage.page.getByRole('button', { name: 'First page' }).click();
        await stage.picture(`many ${tab}`);
      }
      await showTab('Disputes', /question/);
    },
    300_000,
  );
});
