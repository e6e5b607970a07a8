import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { registeredComponents } from '../../sandbox/host/component-names.ts';
import { findProject } from '../../sandbox/host/extensions.ts';

const FIXTURE = path.join(import.meta.dirname, 'fixtures', 'project');

describe('the project that the host shows', () => {
  it('is read from its metafiles, with the variables of the profile filled in', async () => {
    const project = await findProject(path.join(FIXTURE, 'src', 'app', 'cards'));
    expect(project.appName).toBe('Host fixture');
    expect(project.permittedFetch).toEqual(['https://fixture.example.com']);
    expect(project.variables).toMatchObject({ GREETING: 'hello from the profile' });
    expect(project.problems).toEqual([]);
    expect(project.extensions.find(({ uid }) => uid === 'fixture_sidebar')).toMatchObject({
      title: 'Fixture: sidebar',
      location: 'crm.record.sidebar',
      objectTypeIds: ['0-1', '0-136'],
      entry: path.join(FIXTURE, 'src', 'app', 'cards', 'Working.tsx'),
    });
  });

  it('has its page, its settings and its bulk action too', async () => {
    const { extensions } = await findProject(FIXTURE);
    expect(extensions.find(({ uid }) => uid === 'fixture_home')).toMatchObject({ location: 'pages' });
    expect(extensions.find(({ uid }) => uid === 'fixture_settings')).toMatchObject({ location: 'settings' });
    expect(extensions.find(({ uid }) => uid === 'fixture_bulk')).toMatchObject({
      title: 'Fixture: bulk',
      location: 'crm.bulkActions',
      displayMode: 'PANEL',
      objectTypeIds: ['0-1'],
    });
  });

  it('says what cannot be shown instead of leaving it out in silence', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'host-project-'));
    try {
      await mkdir(path.join(dir, 'src', 'app', 'cards'), { recursive: true });
      await writeFile(path.join(dir, 'hsproject.json'), '{"name":"p","srcDir":"src"}');
      const card = {
        uid: 'c',
        type: 'card',
        config: { name: 'C', location: 'crm.record.tab', objectTypes: ['planets'] },
      };
      await writeFile(path.join(dir, 'src', 'app', 'cards', 'c-hsmeta.json'), JSON.stringify(card));
      const { problems } = await findProject(dir);
      expect(problems).toEqual([
        expect.stringContaining('No app metafile'),
        expect.stringContaining('c-hsmeta.json has no entrypoint'),
      ]);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it('refuses a profile that is not there', async () => {
    await expect(findProject(FIXTURE, 'nowhere')).rejects.toThrow('hsprofile.nowhere.json is missing');
  });
});

it('the list of components is read from the installed SDK', async () => {
  const names = await registeredComponents();
  expect(names).toEqual(
    expect.arrayContaining(['Alert', 'DropdownButtonItem', 'Inline', 'PageHeaderLink', 'CrmReport']),
  );
  expect(names.length).toBeGreaterThan(100);
});
