/** Everything that HubSpot can do wrong, mixed at random over thousands of leads. */

import { expect, it } from '@jest/globals';
import type { FileLead } from '../../sandbox/data/leadsFile.ts';
import { createRandom } from '../../sandbox/data/random.ts';
import { REPS } from '../../sandbox/data/team.ts';
import { replay } from '../../sandbox/replaying/replay.ts';

const LEADS = 5_000;
const CALLERS = 16;
const FIRST_CONTACT_ID = 200_001;
const DAY_MS = 86_400_000;

/** `FAULT_SEED` draws others; `FAULT_LEADS` and `FAULT_DATABASE` (a PostgreSQL's address) make the run another one. */
const seed = Number(process.env['FAULT_SEED'] ?? '7');
const count = Number(process.env['FAULT_LEADS'] ?? LEADS);
const databaseUrl = process.env['FAULT_DATABASE'];

const drawLeads = (): readonly FileLead[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, place): FileLead => {
    const id = `lead-${place}`;
    const source = random.pick(['PAID_SEARCH', 'ORGANIC_SEARCH', 'OFFLINE'] as const);
    const campaign = random.pick(['fair', 'webinar'] as const);
    return {
      contactId: String(FIRST_CONTACT_ID + place),
      id,
      handedOffAt: new Date(Date.now() - random.between(1, 60) * DAY_MS),
      source,
      campaign,
      ownerId: random.pick(REPS).ownerId,
      properties: {
        lastname: `Lead ${place}`,
        email: `${id}@example.com`,
        hs_analytics_source: source,
        hs_analytics_source_data_2: campaign,
      },
    };
  });
};

it(`of ${count} leads every one is answered exactly once, whatever HubSpot does`, async () => {
  process.stderr.write(`Faults are drawn from the seed ${seed} (FAULT_SEED).\n`);
  const leads = drawLeads();
  const random = createRandom(seed + 1);
  const won = new Set(leads.filter(() => random.chance(0.15)).map(({ id }) => id));

  const result = await replay({
    leads,
    won,
    callers: CALLERS,
    seed,
    faults: seed,
    say: (text) => void process.stderr.write(`${new Date().toISOString()} ${text}\n`),
    ...(databaseUrl !== undefined && { databaseUrl }),
  });

  expect(result.disagreements).toEqual([]);
  expect(result.accepted + result.rejected).toBe(count);
  expect(result.undone).toBeGreaterThan(count / 50);
  const met = Object.values(result.faults);
  process.stderr.write(
    `${met.reduce((sum, times) => sum + times, 0)} of ${result.calls} calls met a fault; ${result.seconds} s.\n`,
  );
  // About twenty kinds at a few of a thousand calls each: one or two may have been spared by chance.
  expect(met.filter((times) => times > 0).length).toBeGreaterThanOrEqual(15);
}, 900_000);
