import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Script } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildBundle, GZIP_BUDGET_BYTES } from '../../extensions/bundles.ts';
import { importProblems } from '../../extensions/imports.ts';
import { entriesOf, parseProject } from '../../extensions/parseProject.ts';

const repoDir = path.resolve(import.meta.dirname, '../..');

let projectDir: string;
const inApp = (file: string) => path.join(projectDir, 'extensions/src/app', file);

/** A copy of the project that a test may break. */
beforeEach(async () => {
  projectDir = await mkdtemp(path.join(tmpdir(), 'project-'));
  await cp(path.join(repoDir, 'hsproject.json'), path.join(projectDir, 'hsproject.json'));
  await cp(path.join(repoDir, 'extensions/src'), path.join(projectDir, 'extensions/src'), {
    recursive: true,
    filter: (source) => !source.includes('node_modules'),
  });
});

afterEach(async () => {
  await rm(projectDir, { recursive: true, force: true });
});

type Meta = { uid: string; config: Record<string, unknown> };

const change = async (file: string, edit: (meta: Meta) => void): Promise<void> => {
  const meta = JSON.parse(await readFile(inApp(file), 'utf8')) as Meta;
  edit(meta);
  await writeFile(inApp(file), JSON.stringify(meta));
};

const subscriptionsOf = (meta: Meta): { crmObjects: object[] } =>
  meta.config['subscriptions'] as { crmObjects: object[] };

describe('the metafiles', () => {
  it('are what HubSpot’s parser and our schemas ask for', async () => {
    const { components, problems } = await parseProject(projectDir);
    expect(problems).toEqual([]);
    expect(components.map(({ type }) => type).sort()).toEqual([
      'APPLICATION',
      'CARD',
      'CARD',
      'CARD',
      'CARD',
      'CARD',
      'CARD',
      'CRM_BULK_ACTION',
      'PAGE',
      'SETTINGS',
      'WEBHOOKS',
      'WORKFLOW_ACTION',
      'WORKFLOW_ACTION',
      'WORKFLOW_ACTION',
      'WORKFLOW_ACTION',
      'WORKFLOW_ACTION',
    ]);
  });

  it.each<{ fault: string; file: string; edit: (meta: Meta) => void; says: RegExp }>([
    {
      fault: 'a location that HubSpot does not have',
      file: 'cards/contact-tab-hsmeta.json',
      edit: ({ config }) => (config['location'] = 'crm.board'),
      says: /contact-tab-hsmeta\.json[\s\S]*location/,
    },
    {
      fault: 'a word that HubSpot does not know in a card',
      file: 'cards/contact-tab-hsmeta.json',
      edit: ({ config }) => (config['objectType'] = 'contacts'),
      says: /additional/,
    },
    {
      fault: 'the same uid twice',
      file: 'cards/contact-tab-hsmeta.json',
      edit: (meta) => (meta.uid = 'mql_answer_lead_tab'),
      says: /mql_answer_lead_tab/,
    },
    {
      fault: 'a uid with a space',
      file: 'cards/contact-tab-hsmeta.json',
      edit: (meta) => (meta.uid = 'reject card'),
      says: /uid/i,
    },
    {
      fault: 'an address to fetch from that is not the server',
      file: 'app-hsmeta.json',
      edit: ({ config }) => (config['permittedUrls'] = { fetch: ['https://elsewhere.example.com'] }),
      says: /does not allow API_BASE_URL/,
    },
    {
      fault: 'a variable that no profile has',
      file: 'app-hsmeta.json',
      edit: ({ config }) => (config['permittedUrls'] = { fetch: ['${API_URL}'] }),
      says: /API_URL/,
    },
    {
      fault: 'a settings page in another folder',
      file: 'settings/settings-hsmeta.json',
      edit: ({ config }) => (config['entrypoint'] = '/app/cards/SettingsPage.tsx'),
      says: /settings-hsmeta\.json[\s\S]*entrypoint/,
    },
    {
      fault: 'an address without https',
      file: 'app-hsmeta.json',
      edit: ({ config }) =>
        (config['permittedUrls'] = { fetch: ['${API_BASE_URL}', 'http://mql.example.com'] }),
      says: /permittedUrls/,
    },
    {
      fault: 'webhooks that go to another path',
      file: 'webhooks/webhooks-hsmeta.json',
      edit: ({ config }) =>
        (config['settings'] = { targetUrl: '${API_BASE_URL}/hooks', maxConcurrentRequests: 10 }),
      says: /the server listens at/,
    },
    {
      fault: 'a workflow action that calls somebody else',
      file: 'workflow-actions/reject-mql-hsmeta.json',
      edit: ({ config }) => (config['actionUrl'] = 'https://elsewhere.example.com/v1/workflow/reject'),
      says: /reject-mql.+the server answers workflows below/,
    },
    {
      fault: 'a workflow action without words',
      file: 'workflow-actions/reject-mql-hsmeta.json',
      edit: ({ config }) => (config['labels'] = {}),
      says: /labels/,
    },
    {
      fault: 'a page with a place of its own, as in older platform versions',
      file: 'pages/pages-hsmeta.json',
      edit: ({ config }) => (config['location'] = 'home'),
      says: /additional/,
    },
    {
      fault: 'a subscription that HubSpot refuses',
      file: 'webhooks/webhooks-hsmeta.json',
      edit: (meta) =>
        subscriptionsOf(meta).crmObjects.push({
          subscriptionType: 'object.propertyChange',
          objectType: 'contact',
          propertyName: 'hs_lastmodifieddate',
          active: true,
        }),
      says: /crmObjects/,
    },
    {
      fault: 'a property change without its property',
      file: 'webhooks/webhooks-hsmeta.json',
      edit: (meta) =>
        subscriptionsOf(meta).crmObjects.push({
          subscriptionType: 'object.propertyChange',
          objectType: 'contact',
          active: true,
        }),
      says: /propertyName/,
    },
  ])('with $fault are reported', async ({ file, edit, says }) => {
    await change(file, edit);
    const { problems } = await parseProject(projectDir);
    expect(problems.join('\n')).toMatch(says);
  });

  it('in a folder that HubSpot skips in silence are reported', async () => {
    await cp(inApp('cards/lead-tab-hsmeta.json'), inApp('cards/answer/lead-hsmeta.json'));
    const { problems } = await parseProject(projectDir);
    expect(problems.join()).toContain('would be skipped in silence');
  });
});

describe('imports', () => {
  const imported = async (line: string): Promise<readonly string[]> => {
    await writeFile(inApp('cards/answer/extra.ts'), `${line}\n`);
    return importProblems(path.join(projectDir, 'extensions/src/app'));
  };

  it('of the project stay within what HubSpot packs', async () => {
    expect(await imported("import type { CardView } from '@mql-rejection-loop/domain/contract';")).toEqual(
      [],
    );
  });

  it.each([
    [
      "import { rejectionRequest } from '@mql-rejection-loop/domain/contract';",
      'package.json does not list it',
    ],
    // The type is erased, the import is not: it would still pull the package in.
    ["import { type CardView } from '@mql-rejection-loop/domain/contract';", 'package.json does not list it'],
    ["export * from '../../../../../src/reasons.ts';", 'outside the folder that HubSpot packs'],
    ["import '../../webhooks/x.ts';", 'outside the folder that HubSpot packs'],
    ["import { WORDS } from './word.ts';", 'does not exist'],
    ["export const zod = () => import('zod');", 'package.json does not list it'],
  ])('such as %s are reported', async (line, says) => {
    expect((await imported(line)).join()).toContain(says);
  });
});

describe('the production bundles', () => {
  it('parse, carry no schema library and keep to the budget', async () => {
    const { components } = await parseProject(repoDir);
    const entries = await entriesOf(repoDir, components);
    expect(entries.map((entry) => path.basename(entry)).sort()).toEqual([
      'Home.tsx',
      'RejectCard.tsx',
      'RejectMany.tsx',
      'RejectPreview.tsx',
      'RejectSidebar.tsx',
      'SettingsPage.tsx',
    ]);
    for (const entry of entries) {
      const { file, size, problems } = await buildBundle(entry, path.join(projectDir, 'bundles'));
      const code = await readFile(file, 'utf8');
      expect(() => new Script(code)).not.toThrow();
      expect(code).not.toMatch(/zod|ZodError/i);
      expect(problems).toEqual([]);
      expect(size.gzipBytes).toBeLessThanOrEqual(GZIP_BUDGET_BYTES);
    }
  });
});
