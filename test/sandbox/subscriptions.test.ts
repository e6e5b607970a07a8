import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { readSubscriptions } from '../../sandbox/subscriptions.ts';

const repoDir = path.resolve(import.meta.dirname, '..', '..');

const readFrom = async (subscriptions: unknown) => {
  const dir = await mkdtemp(path.join(tmpdir(), 'sandbox-subscriptions-'));
  try {
    const folder = path.join(dir, 'src', 'app', 'webhooks');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'webhooks-hsmeta.json'), JSON.stringify({ config: { subscriptions } }));
    return await readSubscriptions(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
};

it("the app's subscriptions are followed, those of the hub too, and only active ones", async () => {
  expect(
    await readFrom({
      crmObjects: [
        { subscriptionType: 'object.merge', objectType: 'contact', active: true },
        { subscriptionType: 'object.deletion', objectType: 'lead', active: false },
      ],
      hubEvents: [{ subscriptionType: 'contact.privacyDeletion', active: true }],
    }),
  ).toEqual([
    { subscriptionType: 'object.merge', objectTypeId: '0-1' },
    { subscriptionType: 'contact.privacyDeletion', objectTypeId: '0-1' },
  ]);
});

it('an event of the hub that the sandbox cannot send is not passed over in silence', async () => {
  const hubEvents = [{ subscriptionType: 'conversation.creation', active: true }];
  await expect(readFrom({ crmObjects: [], hubEvents })).rejects.toThrow('conversation.creation');
});

it('what the project subscribes to can all be sent', async () => {
  const found = await readSubscriptions(path.join(repoDir, 'extensions'));
  expect(found).toContainEqual({ subscriptionType: 'contact.privacyDeletion', objectTypeId: '0-1' });
});
