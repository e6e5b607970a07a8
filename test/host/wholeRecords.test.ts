import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, findChromium } from '../../sandbox/chromium.ts';
import { violationsOn } from './eyes.ts';
import { PORTAL_ID, startStage } from './stage.ts';

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

const read = async (path: string): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await fetch(stage.crm.url + path, {
    headers: { authorization: 'Bearer host-test-token' },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const contactPath = (id: string): string => `/crm/objects/2026-09/contacts/${id}`;

describe('a person at a whole record', () => {
  it.each([
    { button: 'Log a call', kind: 'call', contacted: '1', subject: 'Rang twice' },
    { button: 'Log an e-mail', kind: 'email', contacted: '1', subject: 'Sent the offer' },
    { button: 'Log a meeting', kind: 'meeting', contacted: '1', subject: 'Met at the fair' },
  ])(
    '$button by keyboard: it is on the timeline and counted',
    async ({ button, kind, contacted, subject }) => {
      const id = { call: '220', email: '221', meeting: '222' }[kind] ?? '';
      await open(`/contacts/${id}`, 320);
      await page.getByRole('button', { name: button }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
      await wellMade();
      await page.keyboard.press('Enter');
      await page.locator(`[data-engagement=${kind}]`).getByText(subject).waitFor();
      const { body } = await read(`${contactPath(id)}?properties=num_contacted_notes`);
      expect(body).toMatchObject({ properties: { num_contacted_notes: contacted } });
    },
  );

  it('deletes it, finds it in the recycle bin, and restores it', async () => {
    await open('/deleted');
    await page.getByText('Nothing has been deleted.').waitFor();
    await wellMade();
    await open('/contacts/223');
    await press('Delete…');
    await wellMade();
    await press('Delete');
    await page.getByRole('button', { name: 'Restore Row Number 23' }).waitFor();
    expect((await read(contactPath('223'))).status).toBe(404);
    await wellMade();
    await page.getByRole('button', { name: 'Restore Row Number 23' }).click();
    await page.getByRole('heading', { name: 'Row Number 23' }).waitFor();
    expect((await read(contactPath('223'))).status).toBe(200);
  });

  it('leaves it alone with Escape', async () => {
    await open('/contacts/224');
    await press('Delete…');
    await page.getByRole('form', { name: 'Delete', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).focus();
    await page.keyboard.press('Escape');
    await page.getByRole('form', { name: 'Delete', exact: true }).waitFor({ state: 'hidden' });
    expect((await read(contactPath('224'))).status).toBe(200);
  });

  it('deletes a contact for good', async () => {
    await open('/contacts/225');
    await press('Delete for good…');
    await press('Delete for good');
    await page.waitForURL(`${stage.url}/contacts`);
    const { body } = await read('/crm/objects/2026-09/contacts?archived=true&limit=100');
    expect(JSON.stringify(body)).not.toContain('row25@example.com');
  });

  it('merges it with another by its address, and reads in words when there is none', async () => {
    await open('/contacts/226');
    await press('Merge…');
    const other = page.getByRole('textbox', { name: 'Other contact' });
    await other.fill('nobody@example.com');
    await press('Merge');
    await page.getByRole('alert').getByText('No contact has the address nobody@example.com.').waitFor();
    await wellMade();
    await other.fill('row27@example.com');
    await press('Merge');
    await page.waitForURL(new RegExp(`${stage.url}/contacts/(?!226)\\d+$`));
    const { body } = await read(`${contactPath('226')}?properties=hs_additional_emails,email`);
    expect(body).toMatchObject({
      properties: { email: 'row26@example.com', hs_additional_emails: 'row27@example.com' },
    });
  });
});

describe('the preview of a row', () => {
  it("shows the app's card for that place and the properties, beside the list", async () => {
    await open('/contacts');
    await press('Preview Row Number 30');
    const panel = page.getByRole('dialog', { name: 'Row Number 30' });
    const card = panel.getByRole('region', { name: 'Fixture: preview' });
    await card.getByText(/record 230 0-1 at crm\.preview/).waitFor();
    await wellMade();
    await panel.locator('[data-property=email]').getByText('row30@example.com').waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    await press('Preview Row Number 30');
    await panel.getByRole('link', { name: 'View record' }).click();
    await page.waitForURL(`${stage.url}/contacts/230`);
  });

  it('says so where the app has no card for it', async () => {
    await open('/leads', 320);
    await press('Preview Ada Lovelace, Ops webinar');
    await page.getByText('The app has no card for this preview.').waitFor();
    await wellMade();
  });
});

describe('the workflows', () => {
  it('are made from a template, run, and tell what they did', async () => {
    const asked: unknown[] = [];
    const app = createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        const { inputFields } = JSON.parse(Buffer.concat(chunks).toString()) as { inputFields: unknown };
        asked.push([req.url, inputFields]);
        res.writeHead(200, { 'content-type': 'application/json' });
        res.end(JSON.stringify({ outputFields: { result: 'ready' } }));
      });
    });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    // A test that fails before its end must not keep the run alive.
    app.unref();
    const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
    await stage.post(
      `/sandbox/portals/${PORTAL_ID}/workflow-actions`,
      {
        clientSecret: 'secret',
        actions: [
          { uid: 'x_check', label: 'Check', actionUrl: `${url}/check`, outputFields: ['result'] },
          {
            uid: 'x_hand_off',
            label: 'Hand off',
            actionUrl: `${url}/hand-off`,
            inputFields: [
              { name: 'when_review', label: 'Review', options: [{ value: 'wait', label: 'Wait' }] },
              'note',
            ],
          },
        ],
      },
      'PUT',
    );
    await open('/workflows', 320);
    await page.getByText('No workflow yet.').waitFor();
    await page
      .getByLabel('Template')
      .selectOption({ label: 'When the score changes, check re-entry; when ready, hand off' });
    await page.getByLabel('When this property of a contact changes').selectOption({ label: 'Job Title' });
    expect(await page.getByLabel('Hand off: Review').inputValue()).toBe('wait');
    await page.getByLabel('Hand off: note').fill('from the form');
    await wellMade();
    await press('Switch it on');
    const link = page.getByRole('link', { name: 'Score changed: back to sales?' });
    await link.waitFor();
    await wellMade();
    const change = await fetch(stage.crm.url + contactPath('228'), {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', authorization: 'Bearer host-test-token' },
      body: '{"properties":{"jobtitle":"CTO"}}',
    });
    expect(change.status).toBe(200);
    await link.click();
    const run = page.locator('[data-run]');
    await run.getByText('branch: done.').waitFor();
    await wellMade();
    expect(asked).toEqual([
      ['/check', {}],
      ['/hand-off', { when_review: 'wait', note: 'from the form' }],
    ]);
    await page.getByRole('link', { name: '← Workflows' }).click();
    await page.getByRole('switch', { name: 'Score changed: back to sales? is on' }).click({ force: true });
    await page.getByText('1 enrolled, 0 under way').waitFor();
    await new Promise<void>((resolve) => {
      app.close(() => resolve());
      app.closeAllConnections();
    });
  });

  it('start by a list as well, and what they write is on the open record by itself', async () => {
    const made = await stage.post('/crm/lists/2026-09', {
      name: 'Calls to make',
      objectTypeId: '0-1',
      processingType: 'MANUAL',
    });
    const { list } = (await made.json()) as { list: { listId: string } };
    await open('/workflows');
    await page.getByLabel('Name').fill('On the list');
    await page.getByLabel('A contact comes in when').selectOption({ label: 'it joins a list' });
    await page.getByLabel('The list').selectOption({ label: 'Calls to make' });
    await page.getByLabel('Then set a property').selectOption({ label: 'Job Title' });
    await page.getByLabel('To', { exact: true }).fill('Chosen');
    await wellMade();
    await press('Switch it on');
    await page.getByRole('link', { name: 'On the list' }).waitFor();
    // A second one that waits: the membership itself is a request, which the page sees anyhow.
    await stage.post(`/sandbox/portals/${PORTAL_ID}/workflows`, {
      name: 'Later',
      trigger: { kind: 'list', listId: list.listId },
      steps: [
        { kind: 'delay', ms: 3_600_000 },
        { kind: 'set-property', property: 'jobtitle', to: { value: 'Chosen for long' } },
      ],
    });
    await open('/contacts/229');
    await page.getByRole('heading', { name: 'Row Number 29' }).waitFor();
    await stage.post(`/crm/lists/2026-09/${list.listId}/memberships/add`, ['229'], 'PUT');
    const title = page.locator('[data-property=jobtitle]');
    await title.getByText('Chosen', { exact: true }).waitFor();
    await stage.post('/sandbox/clock', { offsetMs: 3_600_000 }, 'PUT');
    await title.getByText('Chosen for long').waitFor();
  });

  it('say plainly when one is not there', async () => {
    await open('/workflows/1');
    await page.getByRole('heading', { name: 'The workflow could not be read' }).waitFor();
    await wellMade();
  });
});

it('the relay gives the page nothing of the control plane that holds tokens', async () => {
  for (const path of ['', '/state', '/import', '/webhooks', '/sequences/end'])
    expect((await fetch(`${stage.url}/crm/sandbox/portals/${PORTAL_ID}${path}`)).status).toBe(403);
});
