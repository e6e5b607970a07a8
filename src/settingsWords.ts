/** Words and forms that what is wrong with settings is told with, in every section. */

import type { SettingsProblem } from './refusals.ts';

/** HubSpot's internal names: small letters, digits and underscores, 100 characters at most. */
export const isPropertyName = (name: string): boolean => /^[a-z][a-z0-9_]{0,99}$/.test(name);

/** What is wrong, beside its field. */
export const problem = (field: string, sentence: string): SettingsProblem => ({ field, sentence });
