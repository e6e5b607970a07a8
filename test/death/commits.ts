/** What a commit is about, told from the statements that led to it. */

const WRITES = /\b(?:insert\s+into|update|delete\s+from)\s+"?([\w."]+)/gi;

/** @returns `null` where nothing was written, so that there is nothing to commit */
export const kindOfCommit = (statements: string): string | null => {
  const tables = [...statements.matchAll(WRITES)].map(([, table = '']) => table.replaceAll('"', ''));
  const touches = (name: string): boolean => tables.some((table) => table.endsWith(name));
  if (tables.length === 0) return null;
  if (touches('ledger')) return 'an answer';
  if (touches('plan_step'))
    return /\bskip locked\b/i.test(statements) ? 'a claim of steps' : 'outcomes of steps';
  if (tables.some((table) => table.startsWith('pgboss'))) return 'the job queue';
  return tables[0] ?? null;
};
