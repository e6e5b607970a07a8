import { crm, type CrmObject, VERSION, type Way, wordsOf } from '../crm.ts';

type Values = Readonly<Record<string, string>>;

/**
 * One record, changed by the person in front of the page.
 *
 * @throws PageError with the emulated API's words when it refuses
 */
export const changeRecord = (type: string, id: string, properties: Values, way: Way): Promise<CrmObject> =>
  crm(`/crm/objects/${VERSION}/${type}/${id}`, 'PATCH', { properties }, way);

export type Outcome = {
  readonly done: number;
  /** What was refused and why, one sentence a kind. */
  readonly refusals: readonly string[];
};

type Row = { readonly id?: string; readonly properties: Values };
type BatchAnswer = {
  readonly results: readonly unknown[];
  readonly errors?: readonly Parameters<typeof wordsOf>[0][];
};

const BATCH = 100;

/**
 * Many records, in HubSpot's batches of a hundred, each row with an answer of its own.
 *
 * @throws PageError when a whole batch is refused; what earlier batches did stays
 */
export const writeRows = async (
  type: string,
  action: 'create' | 'update',
  rows: readonly Row[],
  way: Way,
): Promise<Outcome> => {
  let done = 0;
  const refusals = new Set<string>();
  for (let start = 0; start < rows.length; start += BATCH) {
    const inputs = rows
      .slice(start, start + BATCH)
      // With a name for each write HubSpot answers row by row instead of refusing all for one.
      .map((row, index) => ({ ...row, objectWriteTraceId: String(start + index) }));
    const { results, errors = [] } = await crm<BatchAnswer>(
      `/crm/objects/${VERSION}/${type}/batch/${action}`,
      'POST',
      { inputs },
      way,
    );
    done += results.length;
    for (const error of errors) refusals.add(wordsOf(error) ?? 'HubSpot gave no reason.');
  }
  return { done, refusals: [...refusals] };
};
