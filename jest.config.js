// Several of our libraries are ES modules only, so Jest runs everything as ES modules
// (NODE_OPTIONS=--experimental-vm-modules, set by the npm scripts) and transforms nothing in node_modules.
const transform = {
  '^.+\\.(ts|tsx)$': [
    '@swc/jest',
    {
      jsc: {
        parser: { syntax: 'typescript', tsx: true },
        target: 'es2024',
        transform: { react: { runtime: 'automatic' } },
      },
      module: { type: 'es6' },
    },
  ],
};

/** One project per kind of promise; each owns the folder test/<name>. */
const KINDS = [
  'house',
  'domain',
  'sandbox',
  'host',
  'store',
  'jobs',
  'gateway',
  'http',
  'flows',
  'faults',
  'extensions',
  'journey',
  'model',
  'death',
  'browser',
];

export default {
  maxWorkers: 2,
  testTimeout: 60_000,
  projects: KINDS.map((name) => ({
    displayName: name,
    rootDir: import.meta.dirname,
    testEnvironment: 'node',
    testMatch: [`<rootDir>/test/${name}/**/*.test.{ts,tsx}`],
    extensionsToTreatAsEsm: ['.ts', '.tsx'],
    transform,
    transformIgnorePatterns: ['/node_modules/'],
    modulePathIgnorePatterns: ['<rootDir>/.data/', '/dist/'],
  })),
};
