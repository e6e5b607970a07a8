import { it } from '@jest/globals';
import { createTestDatabase, dropTestDatabase } from '../store/engines.ts';
import { DEATHS_TIMEOUT_MS, expectNothingLostByDeaths } from './everywhere.ts';

it(
  'sudden death at any call and any commit loses and doubles nothing that was acknowledged (the embedded store)',
  async () => {
    const database = await createTestDatabase('pglite');
    try {
      await expectNothingLostByDeaths(database);
    } finally {
      await dropTestDatabase(database);
    }
  },
  DEATHS_TIMEOUT_MS,
);
