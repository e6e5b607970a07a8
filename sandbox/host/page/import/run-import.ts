import { crm, type CrmObject, VERSION } from '../crm.ts';
import { writeRows } from '../editing/writes.ts';
import type { RecordType } from '../record/read-record.ts';
import type { ImportPlan } from './plan-import.ts';

export type ImportReport = {
  /** The import's number, by which histories know it. */
  readonly number: number;
  readonly updated: number;
  readonly created: number;
  readonly refusals: readonly string[];
};

type Plan = Extract<ImportPlan, { ok: true }>;

const BATCH = 100;

/** E-mail addresses → ids of the contacts that have them. */
const readIds = async (emails: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const ids = new Map<string, string>();
  for (let start = 0; start < emails.length; start += BATCH) {
    const page = emails.slice(start, start + BATCH);
    const { results } = await crm<{ results: readonly CrmObject[] }>(
      `/crm/objects/${VERSION}/contacts/batch/read`,
      'POST',
      {
        inputs: page.map((id) => ({ id })),
        idProperty: 'email',
        properties: ['email'],
        propertiesWithHistory: [],
      },
    );
    for (const { id, properties } of results) if (properties['email']) ids.set(properties['email'], id);
  }
  return ids;
};

/**
 * Carries an import out as HubSpot does: rows change the record that they name; an address that nobody has becomes a
 * new contact.
 *
 * @throws PageError when the emulated API refuses it as a whole
 */
export const runImport = async (type: RecordType, plan: Plan): Promise<ImportReport> => {
  const number = Math.floor(Date.now() / 1000);
  const way = `import; import=${number}` as const;
  if (plan.key === 'id') {
    const rows = plan.rows.map(({ key, properties }) => ({ id: key, properties }));
    const { done, refusals } = await writeRows(type, 'update', rows, way);
    return { number, updated: done, created: 0, refusals };
  }
  const rows = plan.rows.map((row) => ({ ...row, key: row.key.toLowerCase() }));
  const ids = await readIds([...new Set(rows.map(({ key }) => key))]);
  const known = rows.flatMap(({ key, properties }) => {
    const id = ids.get(key);
    return id === undefined ? [] : { id, properties };
  });
  const fresh = rows
    .filter(({ key }) => !ids.has(key))
    .map(({ key, properties }) => ({ properties: { email: key, ...properties } }));
  const updated = await writeRows(type, 'update', known, way);
  const created = await writeRows(type, 'create', fresh, way);
  return {
    number,
    updated: updated.done,
    created: created.done,
    refusals: [...updated.refusals, ...created.refusals],
  };
};
