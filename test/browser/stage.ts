/** The whole product as `npm start` composes it, with contacts that a test knows, and a browser in front of it. */

import { randomUUID } from 'node:crypto';
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@jest/globals';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';

import { CHROMIUM_FLAGS, findChromium } from '../../sandbox/chromium.ts';
import { startSandbox, type Sandbox } from '../../sandbox/compose.ts';
import { createClicks } from '../../sandbox/replaying/rep.ts';
import type { SettingsToSend, SettingsView } from '../../src/contract/settings.ts';
import { liveState } from '../flows/house.ts';

/** Who the page is used as. */
export const RITA = { ownerId: '9001', userId: 7001, name: 'Rita Rep', email: 'rita.rep@example.com' };

const REP = { id: RITA.ownerId, userId: RITA.userId, email: RITA.email, firstName: 'Rita', lastName: 'Rep' };

const WIDE = { width: 1360, height: 1000 };

export type Stage = {
  readonly sandbox: Sandbox;
  readonly page: Page;
  readonly addMql: (properties?: Readonly<Record<string, string>>) => Promise<string>;
  readonly addLead: (contactId: string) => Promise<string>;
  readonly open: (contactId: string, where?: 'tab' | 'sidebar') => Promise<Locator>;
  readonly record: (
    contactId: string,
    ...properties: string[]
  ) => Promise<Readonly<Record<string, string | null>>>;
  readonly state: () => Promise<unknown>;
  /** A failure between the card and our server, injected by the host's proxy. */
  readonly proxyFault: (fault: object) => Promise<void>;
  readonly hubspotFaults: (faults: readonly object[]) => Promise<void>;
  readonly expectAccessible: () => Promise<void>;
  /** Looks in a window as narrow as a phone's. */
  readonly narrow: (look: () => Promise<void>) => Promise<void>;
  /** Fails on a page that would have to be pushed sideways to be read. */
  readonly expectNotWider: () => Promise<void>;
  /** Saves one section of the settings, as the settings page does. */
  readonly saveSettings: <S extends keyof SettingsView['settings']>(
    section: S,
    edit: (before: SettingsView['settings'][S]) => object,
  ) => Promise<void>;
  readonly hubspot: (method: string, path: string, body?: unknown) => Promise<unknown>;
  /** Puts rows into the portal around the API. */
  readonly importRows: (rows: object) => Promise<void>;
  /** A picture of the whole page, where PICTURES names a folder; for people to look at. */
  readonly picture: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

export async function openStage(): Promise<Stage> {
  const sandbox = await startSandbox({ pagePort: 0, userId: REP.userId });
  const call = async (base: string, method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${sandbox.accessToken}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const portal = `/sandbox/portals/${sandbox.portalId}`;
  await call(sandbox.crmUrl, 'POST', `${portal}/import`, { owners: [REP], objects: {} });

  const browser: Browser = await chromium.launch({
    executablePath: await findChromium(),
    args: [...CHROMIUM_FLAGS],
  });
  const context = await browser.newContext({ viewport: WIDE });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);

  return {
    sandbox,
    page,
    addMql: async (properties = {}) => {
      const created = (await call(sandbox.crmUrl, 'POST', '/crm/objects/2026-09/contacts', {
        properties: {
          email: `${randomUUID()}@engines.example`,
          firstname: 'Ada',
          lastname: `Lovelace ${randomUUID().slice(0, 4)}`,
          company: 'Analytical Engines',
          jobtitle: 'VP Operations',
          phone: '+49 30 901820',
          numemployees: '100-500',
          hs_lead_status: 'NEW',
          lifecyclestage: 'marketingqualifiedlead',
          hubspot_owner_id: REP.id,
          ...properties,
        },
      })) as { id: string };
      return created.id;
    },
    addLead: async (contactId) => {
      const created = (await call(sandbox.crmUrl, 'POST', '/crm/objects/2026-09/leads', {
        properties: { hs_lead_name: 'Ada at Analytical Engines' },
        associations: [
          {
            to: { id: contactId },
            types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 578 }],
          },
        ],
      })) as { id: string };
      return created.id;
    },
    open: async (contactId, where = 'tab') => {
      await page.goto(`${sandbox.pageUrl}/contacts/${contactId}`);
      if (where === 'tab') await page.getByRole('tab', { name: 'MQL: accept or reject' }).click();
      return cardIn(page, where);
    },
    record: async (contactId, ...properties) => {
      const path = `/crm/objects/2026-09/contacts/${contactId}?properties=${properties.join(',')}`;
      const read = (await call(sandbox.crmUrl, 'GET', path)) as { properties: Record<string, string | null> };
      return read.properties;
    },
    state: async () =>
      liveState(
        (await call(sandbox.crmUrl, 'GET', `${portal}/state?without=history`)) as Parameters<
          typeof liveState
        >[0],
      ),
    proxyFault: async (fault) => {
      await call(sandbox.pageUrl, 'PUT', '/host/fault', fault);
    },
    hubspotFaults: async (faults) => {
      await call(sandbox.crmUrl, 'PUT', `${portal}/faults`, faults);
    },
    expectAccessible: async () => {
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
        .analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`),
      ).toEqual([]);
    },
    narrow: async (look) => {
      await page.setViewportSize({ width: 390, height: 800 });
      try {
        await look();
      } finally {
        await page.setViewportSize(WIDE);
      }
    },
    expectNotWider: async () => {
      const widths = await page.evaluate(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      );
      const [content = 0, window = 0] = widths as number[];
      expect(content).toBeLessThanOrEqual(window);
    },
    saveSettings: async (section, edit) => {
      const { ask } = createClicks(sandbox);
      const { version, settings } = (await ask(RITA, '/v1/settings')) as unknown as SettingsView;
      const value = edit(settings[section]);
      const request = { requestId: randomUUID(), basedOnVersion: version, section, value };
      expect(await ask(RITA, '/v1/settings', request as SettingsToSend)).toMatchObject({ ok: true });
    },
    hubspot: (method, path, body) => call(sandbox.crmUrl, method, path, body),
    importRows: async (rows) => {
      await call(sandbox.crmUrl, 'POST', `${portal}/import`, rows);
    },
    picture: async (name) => {
      const folder = process.env['PICTURES'];
      if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
    },
    close: async () => {
      await browser.close();
      await sandbox.close();
    },
  };
}

/** The card where it stands on the record page: in its tab, or in the sidebar. */
export function cardIn(page: Page, where: 'tab' | 'sidebar'): Locator {
  const column = page.getByRole(where === 'tab' ? 'region' : 'complementary', {
    name: where === 'tab' ? 'Activity' : 'Sidebar',
  });
  return column.getByRole('region', { name: 'MQL: accept or reject' });
}
