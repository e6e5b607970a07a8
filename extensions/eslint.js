import { config as hubspot } from '@hubspot/eslint-config-ui-extensions';
import tseslint from 'typescript-eslint';

/** Code that HubSpot packs and runs in its worker. Paths are relative to the repository's root. */
const FILES = ['extensions/src/app/**/*.{ts,tsx}'];

/** HubSpot's own block also has one for its users' ESLint config files, which is not about extensions. */
const rules = hubspot.filter((block) => block.plugins?.['@hubspot/ui-extensions']);

/** Flat config for the extension folder; HubSpot's rules, read with the parser that knows TypeScript. */
export const extensionsConfig = [
  ...rules.map((block) => ({
    ...block,
    files: FILES,
    languageOptions: { ...block.languageOptions, parser: tseslint.parser },
    rules: {
      ...block.rules,
      // HubSpot only warns here; a warning that nobody has to read is none.
      '@hubspot/ui-extensions/no-console': 'error',
      '@hubspot/ui-extensions/no-experimental-imports': 'error',
    },
  })),
];

export default extensionsConfig;
