/**
 * One table from the older spellings of paths to the date-versioned ones, so that the typed client of
 * `@hubspot/api-client`, which knows v3 and v4 only, works against the same operations.
 */

export const VERSION = '2026-09';

const PREFIXES = [
  ['/crm/v3/objects', '/crm/objects'],
  ['/crm/v4/objects', '/crm/objects'],
  ['/crm/v4/associations', '/crm/associations'],
  ['/crm/v3/lists', '/crm/lists'],
  ['/crm/v3/properties', '/crm/properties'],
  ['/crm/v3/pipelines', '/crm/pipelines'],
  ['/crm/v3/owners', '/crm/owners'],
  ['/account-info/v3', '/account-info'],
  ['/communication-preferences/v4', '/communication-preferences'],
  ['/automation/v4/sequences', '/automation/sequences'],
] as const;

/** The dated path, and whether the caller spelled it so (only then do the rules of 2026-09 apply). */
export const toDated = (path: string): { readonly path: string; readonly dated: boolean } => {
  for (const [old, dated] of PREFIXES)
    if (path === old || path.startsWith(`${old}/`))
      return { path: `${dated}/${VERSION}${path.slice(old.length)}`, dated: false };
  return { path, dated: true };
};
