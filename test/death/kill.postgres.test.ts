import { it } from '@jest/globals';
import { createTestDatabase, dropTestDatabase, postgresAnswers } from '../store/engines.ts';
import { DEATHS_TIMEOUT_MS, expectNothingLostByDeaths } from './everywhere.ts';

const answers = await postgresAnswers();
(answers ? it : it.skip)(
  'sudden death at any call and any commit loses and doubles nothing that was acknowledged (PostgreSQL)',
  async () => {
    const database = await createTestDatabase('postgres');
    try {
      await expectNothingLostByDeaths(database);
    } finally {
      await dropTestDatabase(database);
    }
  },
  DEATHS_TIMEOUT_MS,
);
