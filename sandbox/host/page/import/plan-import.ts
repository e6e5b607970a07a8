import type { PropertyDefinition } from '../crm.ts';
import { readCsv } from './read-csv.ts';

/** The column that says which record a row is about. */
export type Key = 'id' | 'email';

export type ImportRow = { readonly key: string; readonly properties: Readonly<Record<string, string>> };

export type ImportPlan =
  | {
      readonly ok: true;
      readonly key: Key;
      readonly names: readonly string[];
      readonly rows: readonly ImportRow[];
    }
  | { readonly ok: false; readonly problem: string };

const problem = (sentence: string): ImportPlan => ({ ok: false, problem: sentence });

const isKey = (name: string): name is Key => name === 'id' || name === 'email';

/** What a CSV text would change, or in a sentence why it cannot be imported. Empty cells change nothing. */
export const planImport = (text: string, definitions: readonly PropertyDefinition[]): ImportPlan => {
  const [head = [], ...lines] = readCsv(text);
  const names = head.map((name) => name.trim().toLowerCase());
  const [key, ...properties] = names;
  if (key === undefined || !isKey(key)) return problem('The first column must be called id or email.');
  if (key === 'email' && !definitions.some(({ name }) => name === 'email'))
    return problem('These records have no e-mail address: the first column must be called id.');
  if (properties.length === 0) return problem('There is no column of a property after the first one.');
  const unknown = properties.filter((name) => !definitions.some((one) => one.name === name));
  if (unknown.length)
    return problem(
      `There is no property ${unknown.join(', ')}. Columns carry internal names, such as hs_lead_status.`,
    );
  if (lines.length === 0) return problem('There is no row below the names of the columns.');
  return {
    ok: true,
    key,
    names: properties,
    rows: lines.map((cells) => ({
      key: (cells[0] ?? '').trim(),
      properties: Object.fromEntries(
        properties
          .map((name, index) => [name, (cells[index + 1] ?? '').trim()] as const)
          .filter(([, value]) => value !== ''),
      ),
    })),
  };
};
