// @ts-check
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { LEFT_OUT } from './architecture.ts';
import { architecturePlugin } from './architectureRule.ts';
import { extensionsConfig } from './extensions/eslint.js';

const CODE = ['**/*.{js,ts,tsx}'];
const TYPED = ['**/*.{ts,tsx}'];

/** The domain is handed the time and everything random; it asks nobody. */
const PURE = {
  'no-restricted-globals': [
    'error',
    ...[
      'console',
      'crypto',
      'fetch',
      'performance',
      'process',
      'queueMicrotask',
      'setImmediate',
      'setInterval',
      'setTimeout',
    ].map((name) => ({ name, message: 'The domain does no I/O: take what is needed as an argument.' })),
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: "NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.name='Date']",
      message: 'The domain has no clock: take `now` as an argument.',
    },
    {
      selector:
        "MemberExpression[object.name='Date'][property.name='now'], MemberExpression[property.name='Now']",
      message: 'The domain has no clock: take `now` as an argument.',
    },
    {
      selector: "MemberExpression[object.name='Math'][property.name='random']",
      message: 'The domain has no chance: take ids and random numbers as arguments.',
    },
  ],
};

export default defineConfig(
  { ignores: LEFT_OUT.map((folder) => `**/${folder}/`) },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: TYPED,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers read well in a sentence; objects, undefined and null do not, and stay forbidden.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => list.push(x)` and `() => void list.push(x)` both say what they mean.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // A leading underscore says "named only to leave it out".
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // TypeScript compares shapes, not constructors, and so do we.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      // A function that must return a promise is `async` even where nothing is awaited: then it rejects, not throws.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: CODE,
    plugins: { architecture: architecturePlugin },
    rules: {
      eqeqeq: ['error', 'smart'],
      'architecture/imports': 'error',
      'architecture/environment': 'error',
    },
  },
  { files: ['src/**/*.ts'], rules: PURE },
  // What the server says goes through the log, which keeps people and secrets out of it.
  { files: ['server/**/*.ts'], ignores: ['server/**/*Main.ts'], rules: { 'no-console': 'error' } },
  extensionsConfig,
  {
    // React, and what comes over a wire whose other end is built apart: there the types promise more than is kept.
    files: ['extensions/src/**/*.{ts,tsx}', 'sandbox/host/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },
  {
    // The host must draw what HubSpot calls deprecated as well, as long as HubSpot draws it.
    files: ['sandbox/host/**/*.{ts,tsx}', 'test/host/**/*.{ts,tsx}'],
    rules: { '@typescript-eslint/no-deprecated': 'off' },
  },
  { files: ['test/**/*.{ts,tsx}'], rules: { '@typescript-eslint/unbound-method': 'off' } },
);
