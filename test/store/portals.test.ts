import { beforeAll, expect, it } from '@jest/globals';
import type { PortalMap } from '../../src/portal.ts';
import type { Store } from '../../server/store/db.ts';
import {
  findPortal,
  listPortals,
  loadSettings,
  savePortalMap,
  saveSettings,
  upsertPortal,
} from '../../server/store/portals.ts';
import { later, NOW } from './builders.ts';
import { describeEachEngine } from './engines.ts';

await describeEachEngine('portals', (openTestStore) => {
  let store: Store;
  beforeAll(async () => {
    store = await openTestStore();
  });

  it('are unknown, then known, then provisioned', async () => {
    const map = { portalId: 70, timeZone: 'Europe/Berlin', leads: null } as unknown as PortalMap;
    expect(await findPortal(store.db, 70)).toBeNull();
    await expect(savePortalMap(store.db, map, NOW)).rejects.toThrow();
    await upsertPortal(store.db, { portalId: 70, timeZone: 'UTC' });
    expect(await findPortal(store.db, 70)).toMatchObject({ timeZone: 'UTC', map: null, provisionedAt: null });
    await savePortalMap(store.db, map, NOW);
    await upsertPortal(store.db, { portalId: 70, timeZone: 'Europe/Berlin' });
    expect(await findPortal(store.db, 70)).toMatchObject({
      timeZone: 'Europe/Berlin',
      map,
      provisionedAt: NOW,
    });
    expect((await listPortals(store.db)).map((portal) => portal.portalId)).toContain(70);
  });

  it('keep every version of their settings, and of two that are saved at once only the first', async () => {
    await upsertPortal(store.db, { portalId: 71, timeZone: 'UTC' });
    expect(await loadSettings(store.db, 71)).toBeNull();
    const save = (body: unknown, basedOnVersion: number) =>
      saveSettings(store.db, {
        portalId: 71,
        body,
        basedOnVersion,
        savedAt: later(basedOnVersion),
        savedBy: 5,
      });
    expect(await save({ vetoDays: 7 }, 0)).toBe(1);
    expect(await save({ vetoDays: 8 }, 0)).toBeNull();
    expect(await Promise.all([save({ vetoDays: 9 }, 1), save({ vetoDays: 9 }, 1)])).toEqual(
      expect.arrayContaining([2, null]),
    );
    expect(await save({ vetoDays: 1 }, 5)).toBeNull();
    expect(await loadSettings(store.db, 71)).toEqual({
      version: 2,
      body: { vetoDays: 9 },
      savedAt: later(1),
      savedBy: 5,
    });
    const versions = await store.db
      .selectFrom('portalSettings')
      .select('version')
      .where('portalId', '=', 71)
      .execute();
    expect(versions).toHaveLength(2);
  });
});
