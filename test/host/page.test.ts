import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, findChromium } from '../../sandbox/chromium.ts';
import { violationsOn } from './eyes.ts';
import { REP, startStage } from './stage.ts';

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
  stage.backend.seen.length = 0;
  stage.backend.answerWith(({ body }) => ({ status: 200, body: { got: body } }));
  await fetch(`${stage.url}/host/fault`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"kind":"none"}',
  });
});

const open = async (where: string): Promise<void> => {
  await page.goto(stage.url + where);
};

/** The sidebar's fixture card, running. */
const card = async (): Promise<Locator> => {
  const sidebar = page.getByRole('complementary', { name: 'Sidebar' });
  await sidebar.getByText('first name').waitFor();
  return sidebar;
};

const press = (where: Locator, name: string): Promise<void> =>
  where.getByRole('button', { name, exact: true }).click();

const violations = (): Promise<string[]> => violationsOn(page);

describe('an extension on the record page', () => {
  it('runs its production bundle in a worker with context, variables and the record, and without a way out', async () => {
    await open('/contacts/101');
    const running = await card();
    await running
      .getByText(`user ${REP.email} portal 91000001 record 101 0-1 at crm.record.sidebar`)
      .waitFor();
    await running.getByText('"GREETING":"hello from the profile"').waitFor();
    await running.getByText('first name Ada status NEW').waitFor();
    const globals = await running.getByText(/^globals/).textContent();
    expect(globals?.match(/=undefined/g)).toHaveLength(6);
  });

  it('gets each of 200 characters typed without a pause, in their order', async () => {
    await open('/contacts/101');
    const running = await card();
    const text = 'Discount below the line, renewal in spring; asks for the CTO. '.repeat(4).slice(0, 200);
    const input = running.getByLabel('Typed');
    await input.pressSequentially(text, { delay: 0 });
    await running.getByText('worker has 200 characters').waitFor();
    expect(await input.inputValue()).toBe(text);
    await running.getByLabel('Own').focus();
    await running.getByText(`committed ${text}`).waitFor();
  });

  it('can put its own value over what was typed', async () => {
    await open('/contacts/101');
    const running = await card();
    await running.getByLabel('Typed').fill('to be cleared');
    await press(running, 'Clear from the worker');
    await running.getByText('worker has 0 characters').waitFor();
    expect(await running.getByLabel('Typed').inputValue()).toBe('');
  });

  it('reaches its backend by signed requests, as the user who is chosen on the page', async () => {
    await open('/contacts/101');
    await card();
    await page.getByLabel('Who am I').selectOption({ label: 'I am Otto Ops' });
    const running = await card();
    await running.getByText('user otto.ops@example.com').waitFor();
    await press(running, 'Ask');
    await running.getByText('answer 200').waitFor();
    const [seen] = stage.backend.seen;
    expect(seen?.validSignature).toBe(true);
    expect(seen?.url).toContain('userId=7002');
    expect(seen?.body).toBe('{"note":"ünïcode"}');
  });

  it.each([
    { button: 'Ask with a header', words: /answer 400 .*Only 'Authorization'/ },
    { button: 'Ask elsewhere', words: /answer 400 .*permittedUrls/ },
  ])('is refused what HubSpot refuses: $button', async ({ button, words }) => {
    await open('/contacts/101');
    const running = await card();
    await press(running, button);
    await running.getByText(words).waitFor();
    expect(stage.backend.seen).toHaveLength(0);
  });

  it("sees its backend's own status behind HubSpot's wrapping", async () => {
    stage.backend.answerWith(() => ({ status: 503, body: { why: 'busy' } }));
    await open('/contacts/101');
    const running = await card();
    await press(running, 'Ask for 503');
    await running.getByText('answer 503 {"why":"busy"}').waitFor();
  });

  it('gets what the switch on the page breaks', async () => {
    await open('/contacts/101');
    const running = await card();
    await press(page.getByRole('banner'), 'Sandbox');
    await page.getByRole('tab', { name: 'Faults' }).click();
    await page.getByLabel('Backend is dead').check();
    await page.keyboard.press('Escape');
    await press(running, 'Ask');
    await running.getByText(/answer 500 .*BAD_GATEWAY/).waitFor();
    expect(stage.backend.seen).toHaveLength(0);
  });

  it('opens a modal and closes it by its own action', async () => {
    await open('/contacts/101');
    await press(await card(), 'Open modal');
    const modal = page.getByRole('dialog', { name: 'A modal' });
    await modal.getByText('Inside the modal.').waitFor();
    expect(await violations()).toEqual([]);
    await press(modal, 'Close it from the worker');
    await modal.waitFor({ state: 'hidden' });
  });

  it('that breaks shows an error state with its error, and can be started again', async () => {
    await open('/contacts/101');
    await page.getByRole('tab', { name: 'Fixture: crashing' }).click();
    await page.getByRole('button', { name: 'Break' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('Fixture: crashing has stopped working.').waitFor();
    expect(await alert.textContent()).toContain('the fixture broke on purpose');
    expect(await violations()).toEqual([]);
    await press(alert, 'Start it again');
    await page.getByText('Still well.').waitFor();
  });

  it('hears of new property values only when it asks for a refresh, while the page shows them by itself', async () => {
    await open('/contacts/101');
    const running = await card();
    await stage.post(
      '/crm/objects/2026-09/contacts/101',
      { properties: { hs_lead_status: 'IN_PROGRESS' } },
      'PATCH',
    );
    await page.locator('[data-property=hs_lead_status]').getByText('In Progress').waitFor();
    await running.getByText('status NEW').waitFor();
    await press(running, 'Refresh');
    await running.getByText('status IN_PROGRESS').waitFor();
    await stage.post('/crm/objects/2026-09/contacts/101', { properties: { hs_lead_status: 'NEW' } }, 'PATCH');
  });
});

describe('the drawn components', () => {
  const gallery = async (tab: string): Promise<void> => {
    await open('/contacts/101');
    await page.getByRole('tab', { name: 'Fixture: gallery' }).click();
    await page.getByRole('tab', { name: tab, exact: true }).click();
  };
  const said = (text: string): Promise<void> => page.getByText(`said ${text}`).waitFor();

  it.each([
    { tab: 'Words', last: 'Stacked' },
    { tab: 'States', last: 'Handed off' },
    { tab: 'Figures', last: 'CrmReport: not drawn by the sandbox' },
    { tab: 'Inputs', last: 'A name is needed.' },
  ])('of the tab $tab are all there and accessible', async ({ tab, last }) => {
    await gallery(tab);
    await page.getByText(last).first().waitFor();
    expect(await violations()).toEqual([]);
  });

  it('are operated by keyboard: radios by arrows, a checkbox by space, a tab by arrows', async () => {
    await gallery('Inputs');
    await page.getByRole('radio', { name: 'Not ICP' }).focus();
    await page.keyboard.press('Space');
    await said('reason not_icp');
    await page.keyboard.press('ArrowDown');
    await said('reason too_early');
    await page.getByRole('checkbox', { name: 'I agree' }).focus();
    await page.keyboard.press('Space');
    await said('agree true');
    await page.getByRole('tab', { name: 'Inputs', exact: true }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByText('By week').first().waitFor();
  });

  it('hand values of the right type to the extension', async () => {
    await gallery('Inputs');
    await page.getByRole('combobox', { name: 'Stage' }).or(page.getByLabel('Stage')).first().click();
    await page.getByRole('option', { name: 'Second' }).click();
    await said('stage number 2');
    await page.getByLabel('Days').fill('30');
    await page.keyboard.press('Tab');
    await said('days 30');
    await page.getByLabel('Renewal').fill('2027-03-01');
    await said('renewal 03/01/2027');
    await page.getByLabel('Name').first().fill('Ada');
    await page.keyboard.press('Enter');
    await page.getByText(/said submitted .*"stage":2.*"name":"Ada".*"days":30/).waitFor();
  });

  it('announce an error beside its input', async () => {
    await gallery('Inputs');
    await page.getByRole('alert').filter({ hasText: 'A name is needed.' }).waitFor();
  });
});

describe('the page', () => {
  it('lists contacts, finds one, and leads to its record', async () => {
    await open('/contacts');
    await page.getByText('1–50 of 62').waitFor();
    expect(await violations()).toEqual([]);
    await page.getByLabel('Search').fill('lovelace');
    await page.getByText('1–1 of 1').waitFor();
    await page.getByRole('link', { name: 'Ada Lovelace' }).click();
    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/contacts/101');
  });

  it('shows what happened to a record: tasks, notes, lists, leads and history', async () => {
    await open('/contacts/101');
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline.getByText('Ask for the CTO.').waitFor();
    await timeline.getByText('Budget in spring.').waitFor();
    expect(await timeline.textContent()).not.toContain('document.title');
    await page.getByRole('region', { name: 'Lists' }).getByText('MQL loop: nurture').waitFor();
    await card();
    expect(await violations()).toEqual([]);
    await page.getByRole('tab', { name: 'Property history' }).click();
    await page.getByRole('cell', { name: 'Marketing Qualified Lead', exact: true }).waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole('tab', { name: 'Overview' }).click();
    await page.getByRole('link', { name: 'Ada Lovelace, Ops webinar' }).click();
    await page.getByText('record 301 0-136').waitFor();
  });

  it('says in a sentence that a record is not there', async () => {
    await open('/contacts/999999');
    await page.getByText('There is no record 999999 in this portal.').waitFor();
    expect(await violations()).toEqual([]);
  });

  it('fits into 320 pixels, with a long name', async () => {
    await page.setViewportSize({ width: 320, height: 800 });
    await open('/contacts/102');
    await card();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(await violations()).toEqual([]);
  });

  it('moves the clock, shows the tasks and the log in its drawer', async () => {
    await open('/contacts/101');
    await press(page.getByRole('banner'), 'Sandbox');
    const drawer = page.getByRole('dialog', { name: 'Sandbox' });
    await press(drawer, '+7 days');
    await drawer.getByText('Ahead of the real time by 7 days').waitFor();
    expect(await violations()).toEqual([]);
    await drawer.getByRole('tab', { name: 'My tasks' }).click();
    await drawer.getByRole('button', { name: 'Find the right person' }).waitFor();
    await drawer.getByRole('tab', { name: 'Request log' }).click();
    await stage.post('/crm/objects/2026-09/contacts/102', { properties: { jobtitle: 'CTO' } }, 'PATCH');
    await drawer.getByText('PATCH /crm/objects/2026-09/contacts/102').first().waitFor();
    expect(await violations()).toEqual([]);
  });

  it('says that it is an imitation', async () => {
    await open('/contacts');
    await page.getByText('Sandbox: an imitation of HubSpot. Nothing leaves this machine.').waitFor();
  });

  it('asks nobody but its own server', async () => {
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    await open('/contacts/101');
    await card();
    await page.getByRole('tab', { name: 'Fixture: gallery' }).click();
    await page.getByText('Small print.').waitFor();
    expect([...asked].filter((origin) => origin !== 'null')).toEqual([stage.url]);
  });
});

describe("the host's server", () => {
  it.each([
    { what: 'another website in the same browser', headers: { origin: 'https://evil.example' } },
    { what: 'a name that someone pointed at this machine', headers: { host: 'evil.example' } },
  ])('does not serve $what', async ({ headers }) => {
    const { request } = await import('node:http');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(`${stage.url}/crm/crm/objects/2026-09/contacts`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it.each(['/crm/sandbox/portals/91000001', '/crm/sandbox/portals', '/crm/crm/../sandbox/portals/91000001'])(
    'does not hand tokens to the browser: %s',
    async (where) => {
      const response = await fetch(stage.url + where);
      expect(response.status).toBe(403);
      expect(await response.text()).not.toContain('host-test-token');
    },
  );
});
