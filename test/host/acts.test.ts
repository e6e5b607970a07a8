import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, findChromium } from '../../sandbox/chromium.ts';
import { violationsOn } from './eyes.ts';
import { PORTAL_ID, REP, startStage } from './stage.ts';

let stage: Awaited<ReturnType<typeof startStage>>;
let browser: Browser;
let context: BrowserContext | undefined;
let page: Page;

beforeAll(async () => {
  const [executablePath, started] = await Promise.all([findChromium(), startStage()]);
  stage = started;
  browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
}, 120_000);

afterAll(async () => {
  await browser.close();
  await stage.close();
});

beforeEach(async () => {
  await context?.close();
  context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
});

const open = async (where: string, width = 1400): Promise<void> => {
  await page.setViewportSize({ width, height: 900 });
  await page.goto(stage.url + where);
};

const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** Accessible, and no wider than the window. */
const wellMade = async (): Promise<void> => {
  expect(await violationsOn(page)).toEqual([]);
  const [content, window] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, window.innerWidth]',
  );
  expect(content).toBeLessThanOrEqual(window);
};

type Version = { value: string; sourceType: string; sourceId: string; updatedByUserId?: number };

const newest = async (type: string, id: string, property: string): Promise<Version | undefined> => {
  const response = await fetch(
    `${stage.crm.url}/crm/objects/2026-09/${type}/${id}?propertiesWithHistory=${property}`,
    { headers: { authorization: 'Bearer host-test-token' } },
  );
  const body = (await response.json()) as { propertiesWithHistory: Record<string, Version[]> };
  return body.propertiesWithHistory[property]?.[0];
};

describe('a person at a record', () => {
  it('chooses a value by keyboard, and is written down as who did it', async () => {
    await open('/contacts/200');
    await page.getByRole('button', { name: 'Edit Lead Status' }).focus();
    await page.keyboard.press('Enter');
    const select = page.getByRole('combobox', { name: 'Lead Status' });
    await select.selectOption({ label: 'Unqualified' });
    await wellMade();
    await press('Save');
    await page.locator('[data-property=hs_lead_status]').getByText('Unqualified').waitFor();
    expect(await newest('contacts', '200', 'hs_lead_status')).toMatchObject({
      value: 'UNQUALIFIED',
      sourceType: 'CRM_UI',
      sourceId: `userId:${REP.id}`,
      updatedByUserId: REP.id,
    });
  });

  it('sets a property that was empty, and leaves one alone with Escape', async () => {
    await open('/contacts/201');
    const property = page.getByLabel('Property', { exact: true });
    await property.selectOption({ label: 'Job Title' });
    await page.getByRole('textbox', { name: 'Job Title' }).fill('CTO');
    await page.keyboard.press('Enter');
    await page.locator('[data-property=jobtitle]').getByText('CTO').waitFor();
    await press('Edit Job Title');
    await page.getByRole('textbox', { name: 'Job Title' }).fill('Never');
    await page.keyboard.press('Escape');
    await page.locator('[data-property=jobtitle]').getByText('CTO').waitFor();
    expect(await newest('contacts', '201', 'jobtitle')).toMatchObject({ value: 'CTO' });
  });

  it("reads in words why HubSpot's rules refuse a change", async () => {
    await stage.post(
      `/sandbox/portals/${PORTAL_ID}/rules`,
      [{ property: 'hs_lead_status', values: ['BAD_TIMING'], requires: ['jobtitle'] }],
      'PUT',
    );
    await open('/contacts/202');
    await press('Edit Lead Status');
    await page.getByRole('combobox', { name: 'Lead Status' }).selectOption('BAD_TIMING');
    await press('Save');
    await page.getByRole('form').getByRole('alert').getByText(/400/).waitFor();
    await wellMade();
    await stage.post(`/sandbox/portals/${PORTAL_ID}/rules`, [], 'PUT');
  });
});

describe('the board', () => {
  it("moves a lead by its card's select, as a person", async () => {
    await open('/board');
    const card = page.getByRole('combobox', { name: 'Stage of Ada Lovelace, Ops webinar' });
    await page.getByRole('region', { name: 'New' }).locator(card).waitFor();
    await wellMade();
    await card.focus();
    await card.selectOption({ label: 'Disqualified' });
    await page.getByRole('region', { name: 'Disqualified' }).locator(card).waitFor();
    expect(await newest('leads', '301', 'hs_pipeline_stage')).toMatchObject({
      value: 'unqualified-stage-id',
      sourceType: 'CRM_UI',
      updatedByUserId: REP.id,
    });
  });

  it('shows contacts by lead status too, and fits into 320 pixels', async () => {
    await open('/board', 320);
    await page.getByRole('link', { name: 'Contacts by lead status' }).click();
    const card = page.getByRole('combobox', { name: 'Stage of Ada Lovelace' });
    await page.getByRole('region', { name: 'New' }).locator(card).waitFor();
    await wellMade();
    await card.selectOption({ label: 'Connected' });
    await page.getByRole('region', { name: 'Connected' }).locator(card).waitFor();
    expect(await newest('contacts', '101', 'hs_lead_status')).toMatchObject({ value: 'CONNECTED' });
  });
});

describe('records that are ticked in the list', () => {
  const tick = async (...names: string[]): Promise<void> => {
    for (const name of names)
      await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
  };

  it('get one value together, as a bulk edit', async () => {
    await open('/contacts');
    await tick('Row Number 3', 'Row Number 4');
    await page.getByText('2 selected').waitFor();
    await page.getByLabel('Property to edit').selectOption({ label: 'Lead Status' });
    await page.getByRole('form').getByRole('combobox').selectOption({ label: 'Unqualified' });
    await wellMade();
    await press('Update 2 records');
    await page.getByText('2 records were changed.').waitFor();
    for (const id of ['203', '204'])
      expect(await newest('contacts', id, 'hs_lead_status')).toMatchObject({
        value: 'UNQUALIFIED',
        sourceType: 'CRM_UI_BULK_ACTION',
        sourceId: `userId:${REP.id}`,
      });
    await press('Clear selection');
    await page.getByText('2 selected').waitFor({ state: 'hidden' });
  });

  it("are handed to the app's bulk action, which runs in a panel", async () => {
    await open('/contacts');
    await tick('Row Number 5', 'Row Number 6');
    await press('Fixture: bulk');
    const panel = page.getByRole('dialog', { name: 'Fixture: bulk' });
    await panel.getByText(/crm\.bulkActions: 0-1 \[20[56],20[56]\]/).waitFor();
    await wellMade();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    await open('/leads', 320);
    await tick('Ada Lovelace, Ops webinar');
    await page.getByText('1 selected').waitFor();
    expect(await page.getByRole('button', { name: 'Fixture: bulk' }).count()).toBe(0);
    await wellMade();
  });
});

describe('an import', () => {
  it('changes records by their address and makes the ones that are missing, under its number', async () => {
    await open('/import', 320);
    await page
      .getByLabel('Or its text')
      .fill(
        'email,hs_lead_status,company\nrow7@example.com,UNQUALIFIED,"Seven, Ltd"\nfresh@example.com,NEW,\n',
      );
    await wellMade();
    await press('Import 2 rows');
    const report = page.getByRole('status').filter({ hasText: '1 updated, 1 created.' });
    await report.waitFor();
    await wellMade();
    const number = /Import (\d+)/.exec((await report.textContent()) ?? '')?.[1];
    expect(await newest('contacts', '207', 'company')).toEqual(
      expect.objectContaining({
        value: 'Seven, Ltd',
        sourceType: 'IMPORT',
        sourceId: number,
        updatedByUserId: REP.id,
      }),
    );
  });

  it('takes a file, and names the rows that HubSpot refuses without stopping at them', async () => {
    await open('/import');
    await page.locator('input[type=file]').setInputFiles({
      name: 'leads.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('id,hs_lead_status\n208,UNQUALIFIED\n209,NO_SUCH_STATUS\n'),
    });
    await press('Import 2 rows');
    const report = page.getByRole('status').filter({ hasText: '1 updated, 0 created.' });
    await report.getByText('Not all rows were taken').waitFor();
    await report.getByText(/NO_SUCH_STATUS/).waitFor();
    expect(await newest('contacts', '208', 'hs_lead_status')).toMatchObject({ sourceType: 'IMPORT' });
  });

  it.each([
    { text: 'name,company\nAda,X', words: 'The first column must be called id or email.' },
    { text: 'id,companny\n1,X', words: 'There is no property companny.' },
    { text: 'id,company', words: 'There is no row below the names of the columns.' },
  ])('says what is wrong with $text', async ({ text, words }) => {
    await open('/import');
    await page.getByLabel('Or its text').fill(text);
    await page.getByRole('alert').getByText(words).waitFor();
    expect(await page.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
  });
});

describe("the app's own places", () => {
  it('home runs its bundle; its router follows the address, links and the way back', async () => {
    await open('/home');
    await page.getByText(`home of ${REP.email} at pages`).waitFor();
    await wellMade();
    await press('To the queues');
    await page.getByText('The queues are here.').waitFor();
    expect(new URL(page.url()).pathname).toBe('/home/queues');
    await page.goBack();
    await press('Go there');
    await page.getByText('The queues are here.').waitFor();
    await page.reload();
    await page.getByText('The queues are here.').waitFor();
  });

  it('settings run their bundle without a record and reach the backend', async () => {
    await open('/settings', 320);
    await page.getByText(`settings of portal ${PORTAL_ID}, record false`).waitFor();
    await press('Ask');
    await page.getByText('answer 200').waitFor();
    await wellMade();
  });

  it.each([
    { where: '/home', words: 'This app has no home page' },
    { where: '/settings', words: 'This app has no settings page' },
  ])('$where says plainly when the project has none', async ({ where, words }) => {
    const dir = await mkdtemp(path.join(tmpdir(), 'host-bare-'));
    await mkdir(path.join(dir, 'src', 'app'), { recursive: true });
    await writeFile(path.join(dir, 'hsproject.json'), '{"name":"bare","srcDir":"src"}');
    await writeFile(
      path.join(dir, 'src', 'app', 'app-hsmeta.json'),
      '{"uid":"bare","type":"app","config":{"name":"Bare app"}}',
    );
    const bare = await startStage(dir);
    try {
      await page.goto(bare.url + where);
      await page.getByText(words).waitFor();
      await wellMade();
    } finally {
      await bare.close();
      await rm(dir, { recursive: true });
    }
  });
});

it('the relay passes on no way of acting that the page does not have', async () => {
  const response = await fetch(`${stage.url}/crm/crm/objects/2026-09/contacts/101`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', 'x-sandbox-way': 'record; userId=1' },
    body: '{"properties":{"company":"Forged"}}',
  });
  expect(response.status).toBe(400);
});
