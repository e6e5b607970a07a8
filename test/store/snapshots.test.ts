import { beforeAll, expect, it } from '@jest/globals';
import type { Store } from '../../server/store/db.ts';
import { upsertPortal } from '../../server/store/portals.ts';
import { listStale, markDeleted, markStale, upsertSnapshots } from '../../server/store/snapshots.ts';
import {
  buildFacts,
  findContactOfLead,
  findPossibleDuplicate,
  findSnapshot,
  later,
  NOW,
} from './builders.ts';
import { describeEachEngine } from './engines.ts';

const lead = (leadId: string) => ({ leadId, pipelineId: 'p', stageId: 's', disqualificationReason: '' });

await describeEachEngine('snapshots', (openTestStore) => {
  let store: Store;
  let portalId = 50;
  beforeAll(async () => {
    store = await openTestStore();
  });
  const newPortal = async (): Promise<void> => {
    portalId += 1;
    await upsertPortal(store.db, { portalId, timeZone: 'UTC' });
  };

  it('come back as they were read, many at once', async () => {
    await newPortal();
    const facts = Array.from({ length: 250 }, (_, i) =>
      buildFacts(String(i), { firstName: `Ünïcode "${i}"`, pageViews: '12' }, NOW, [lead(`L${i}`)]),
    );
    await store.transaction((tx) => upsertSnapshots(tx, portalId, facts));
    expect(await findSnapshot(store.db, portalId, '249')).toEqual({
      facts: facts[249],
      staleSince: null,
      deletedAt: null,
    });
    expect(await findContactOfLead(store.db, portalId, 'L17')).toBe('17');
    expect(await findContactOfLead(store.db, portalId, 'L999')).toBeNull();
    expect(await findSnapshot(store.db, portalId + 1_000, '249')).toBeNull();
  });

  it('are not overwritten by an older read', async () => {
    await newPortal();
    const write = (name: string, readAt: Date, leads = [lead(name)]) =>
      upsertSnapshots(store.db, portalId, [buildFacts('1', { firstName: name }, readAt, leads)]);
    await write('newer', later(10));
    await write('older', NOW);
    expect(await findSnapshot(store.db, portalId, '1')).toMatchObject({ facts: { firstName: 'newer' } });
    expect(await findContactOfLead(store.db, portalId, 'older')).toBeNull();
    await write('newest', later(20));
    expect(await findSnapshot(store.db, portalId, '1')).toMatchObject({ facts: { firstName: 'newest' } });
    // The Lead moved away from the contact.
    expect(await findContactOfLead(store.db, portalId, 'newer')).toBeNull();
  });

  it('are stale until they are read after the latest change, however the news arrive', async () => {
    await newPortal();
    const read = (at: Date) => upsertSnapshots(store.db, portalId, [buildFacts('1', {}, at)]);
    const staleSince = async () => (await findSnapshot(store.db, portalId, '1'))?.staleSince ?? null;
    await read(NOW);
    await markStale(store.db, portalId, ['1'], later(-5));
    expect(await staleSince()).toBeNull();
    await markStale(store.db, portalId, ['1', '1'], later(20));
    await markStale(store.db, portalId, ['1'], later(10));
    expect(await staleSince()).toEqual(later(20));
    await read(later(15));
    expect(await staleSince()).toEqual(later(20));
    await read(later(25));
    expect(await staleSince()).toBeNull();
  });

  it('list what is to be read, longest waiting first, including what was never read', async () => {
    await newPortal();
    await upsertSnapshots(store.db, portalId, [buildFacts('read', {}), buildFacts('gone', {})]);
    await markStale(store.db, portalId, ['gone'], later(1));
    await markStale(store.db, portalId, ['read'], later(3));
    await markStale(store.db, portalId, ['new'], later(2));
    await markDeleted(store.db, portalId, ['gone'], later(4));
    expect(await listStale(store.db, portalId, 10)).toEqual(['new', 'read']);
    expect(await listStale(store.db, portalId, 1)).toEqual(['new']);
    expect(await findSnapshot(store.db, portalId, 'new')).toBeNull();
  });

  it('of a deleted record come back only with a read from after the deletion', async () => {
    await newPortal();
    await upsertSnapshots(store.db, portalId, [buildFacts('1', { firstName: 'Ada' }, NOW)]);
    await markDeleted(store.db, portalId, ['1'], later(10));
    await upsertSnapshots(store.db, portalId, [buildFacts('1', { firstName: 'Late' }, later(5))]);
    expect(await findSnapshot(store.db, portalId, '1')).toMatchObject({
      deletedAt: later(10),
      facts: { firstName: 'Ada' },
    });
    await upsertSnapshots(store.db, portalId, [buildFacts('1', { firstName: 'Restored' }, later(20))]);
    expect(await findSnapshot(store.db, portalId, '1')).toMatchObject({
      deletedAt: null,
      facts: { firstName: 'Restored' },
    });
  });

  it.each([
    [
      'the same phone, however it is written',
      { phone: '+49 (30) 123-45 67' },
      { phone: '0049 30 1234567' },
      'same phone number',
    ],
    [
      'the same name and company',
      { firstName: 'Zoë', lastName: 'Ng', company: 'ACME, Inc.' },
      { firstName: 'zoe', lastName: 'NG', company: 'Acme Inc' },
      'same name and company',
    ],
    [
      'the same mailbox name and company',
      { email: 'ada.l+news@acme.com', company: 'Acme' },
      { email: 'AdaL@gmail.com', company: 'ACME' },
      'same mailbox name and company',
    ],
  ])('find %s', async (_name, older, newer, why) => {
    await newPortal();
    await upsertSnapshots(store.db, portalId, [
      buildFacts('1', { ...older, createdAt: '2025-01-02T00:00:00Z' }),
      buildFacts('2', { ...older, createdAt: '2025-01-01T00:00:00Z' }),
    ]);
    const facts = buildFacts('3', { ...newer, createdAt: '2026-01-01T00:00:00Z' });
    expect(await findPossibleDuplicate(store.db, portalId, facts)).toMatchObject({ contactId: '2', why });
    await markDeleted(store.db, portalId, ['2'], NOW);
    expect(await findPossibleDuplicate(store.db, portalId, facts)).toMatchObject({ contactId: '1' });
    expect(await findPossibleDuplicate(store.db, portalId + 500, facts)).toBeNull();
  });

  it.each([
    ['nothing is known', {}, {}],
    ['the number is a placeholder', { phone: '000-0000-000' }, { phone: '0000000000' }],
    ['only the company is the same', { company: 'Acme' }, { company: 'Acme' }],
    ['only the mailbox name is the same', { email: 'info@a.com' }, { email: 'info@b.com' }],
  ])('find no duplicate where %s', async (_name, one, two) => {
    await newPortal();
    await upsertSnapshots(store.db, portalId, [buildFacts('1', one)]);
    expect(await findPossibleDuplicate(store.db, portalId, buildFacts('2', two))).toBeNull();
  });
});
