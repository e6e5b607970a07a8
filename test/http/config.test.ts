/**
 * | guard                        | test                                                      |
 * |------------------------------|-----------------------------------------------------------|
 * | secrets have no default      | a server without secrets does not start                   |
 * | empty secret                 | an empty secret between commas is refused                 |
 * | empty means missing          | an empty variable counts as missing                       |
 * | all problems at once         | every problem is told in one go                           |
 * | values stay out of messages  | a problem never repeats the value, which may be a secret  |
 */

import { describe, expect, it } from '@jest/globals';
import { ConfigError, configTable, loadConfig } from '../../server/config.ts';

const COMPLETE = {
  PUBLIC_URL: 'https://mql.example.com',
  HUBSPOT_CLIENT_SECRETS: 'new-secret, old-secret',
  HUBSPOT_APP_ID: '4242',
  HUBSPOT_PRIVATE_APPS: '14500001:pat-one, 14500002:pat-two',
};

const problemsOf = (env: Record<string, string | undefined>): readonly string[] => {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('the configuration', () => {
  it('needs four variables and has a default for the rest', () => {
    expect(loadConfig(COMPLETE)).toEqual({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'https://mql.example.com',
      clientSecrets: ['new-secret', 'old-secret'],
      appId: 4242,
      privateApps: [
        { portalId: 14_500_001, accessToken: 'pat-one' },
        { portalId: 14_500_002, accessToken: 'pat-two' },
      ],
      hubspotBaseUrl: 'https://api.hubapi.com',
      callsPer10s: 100,
      hubspotTimeoutMs: 10_000,
      enrichmentSecret: null,
      enrichmentPrivateAddresses: false,
      databaseUrl: null,
      dataDir: '.data/store',
      logLevel: 'info',
    });
  });

  it('is read from every variable', () => {
    const config = loadConfig({
      ...COMPLETE,
      PORT: '0',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://mql.example.com/hubspot/',
      HUBSPOT_BASE_URL: 'http://127.0.0.1:4010/',
      HUBSPOT_CALLS_PER_10S: '190',
      HUBSPOT_TIMEOUT_MS: '500',
      ENRICHMENT_SECRET: 'sixteen letters!',
      ENRICHMENT_PRIVATE_ADDRESSES: 'true',
      DATABASE_URL: 'postgres://app@db/mql',
      DATA_DIR: '/var/lib/mql',
      LOG_LEVEL: 'debug',
    });
    expect(config).toMatchObject({
      port: 0,
      host: '0.0.0.0',
      publicUrl: 'https://mql.example.com/hubspot',
      hubspotBaseUrl: 'http://127.0.0.1:4010',
      callsPer10s: 190,
      hubspotTimeoutMs: 500,
      enrichmentSecret: 'sixteen letters!',
      enrichmentPrivateAddresses: true,
      databaseUrl: 'postgres://app@db/mql',
      dataDir: '/var/lib/mql',
      logLevel: 'debug',
    });
  });

  it('a server without secrets does not start', () => {
    expect(problemsOf({ ...COMPLETE, HUBSPOT_CLIENT_SECRETS: undefined })).toEqual([
      expect.stringMatching(/^HUBSPOT_CLIENT_SECRETS is missing\./),
    ]);
    expect(problemsOf({ ...COMPLETE, HUBSPOT_PRIVATE_APPS: undefined })).toEqual([
      expect.stringMatching(/^HUBSPOT_PRIVATE_APPS is missing\./),
    ]);
  });

  it.each(['a,,b', ',a', 'a,', ' , ', ','])('an empty secret between commas is refused (%j)', (secrets) => {
    expect(problemsOf({ ...COMPLETE, HUBSPOT_CLIENT_SECRETS: secrets })).toEqual([
      expect.stringContaining('HUBSPOT_CLIENT_SECRETS holds an empty secret'),
    ]);
  });

  it.each(['', '   '])('an empty variable counts as missing (%j)', (empty) => {
    expect(loadConfig({ ...COMPLETE, PORT: empty, DATABASE_URL: empty })).toMatchObject({
      port: 3000,
      databaseUrl: null,
    });
    expect(problemsOf({ ...COMPLETE, PUBLIC_URL: empty })).toEqual([
      expect.stringContaining('PUBLIC_URL is missing'),
    ]);
  });

  it('every problem is told in one go', () => {
    const problems = problemsOf({ PORT: 'http', LOG_LEVEL: 'loud', HUBSPOT_TIMEOUT_MS: '1' });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'PORT',
      'PUBLIC_URL',
      'HUBSPOT_CLIENT_SECRETS',
      'HUBSPOT_APP_ID',
      'HUBSPOT_PRIVATE_APPS',
      'HUBSPOT_TIMEOUT_MS',
      'LOG_LEVEL',
    ]);
    for (const problem of problems) expect(problem).toMatch(/\.$/);
  });

  it.each([
    { PORT: '65536' },
    { PORT: '-1' },
    { PORT: '3000.5' },
    { PORT: '0x10' },
    { HUBSPOT_APP_ID: '0' },
    { HUBSPOT_APP_ID: 'abc' },
    { PUBLIC_URL: 'http://mql.example.com' },
    { PUBLIC_URL: 'mql.example.com' },
    { PUBLIC_URL: 'https://mql.example.com/?x=1' },
    { PUBLIC_URL: 'https://user:word@mql.example.com' },
    { HUBSPOT_BASE_URL: 'ftp://api.hubapi.com' },
    { HUBSPOT_CALLS_PER_10S: '0' },
    { DATABASE_URL: 'mysql://db/mql' },
    { DATABASE_URL: 'postgres://' },
    { HUBSPOT_PRIVATE_APPS: 'pat-one' },
    { HUBSPOT_PRIVATE_APPS: '14500001:' },
    { HUBSPOT_PRIVATE_APPS: '14500001:pat-one,' },
    { HUBSPOT_PRIVATE_APPS: '14500001:pat-one,14500001:pat-two' },
    { LOG_LEVEL: 'INFO' },
  ])('what cannot be meant is refused: %j', (wrong) => {
    const [name] = Object.keys(wrong);
    expect(problemsOf({ ...COMPLETE, ...wrong })).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
  });

  it('a problem never repeats the value, which may be a secret', () => {
    const planted = 'planted-value';
    const names = configTable().map(({ name }) => name);
    const problems = problemsOf(Object.fromEntries(names.map((name) => [name, `${planted},,${planted}`])));
    expect(problems.length).toBeGreaterThan(5);
    expect(problems.join('\n')).not.toContain(planted);
  });

  it('describes each of its variables', () => {
    for (const { name, description, default: preset, required } of configTable()) {
      expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
      expect(description).toMatch(/^[A-Z].{20,}\.$/);
      if (required) expect(preset).toBeNull();
    }
    expect(
      configTable()
        .filter(({ required }) => required)
        .map(({ name }) => name),
    ).toEqual(Object.keys(COMPLETE));
  });
});
