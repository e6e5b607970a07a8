/** Which records hang on which. HubSpot keeps a budget of its own for these calls. */

import { z } from 'zod';
import { paths, type ObjectType } from './paths.ts';
import { assertRowsRead, chunksOf, rowErrors, type Crm } from './records.ts';

/** HubSpot's documented maximum of inputs in one call. */
const BATCH = 1_000;

const associationsAnswer = z.object({
  results: z.array(
    z.object({
      from: z.object({ id: z.coerce.string() }),
      to: z.array(
        z.object({
          toObjectId: z.union([z.string(), z.number()]),
          associationTypes: z.array(z.object({ typeId: z.number() })).nullish(),
        }),
      ),
      paging: z.object({ next: z.object({ after: z.string().nullish() }).nullish() }).nullish(),
    }),
  ),
  errors: rowErrors,
});

export type Association = { readonly id: string; readonly typeIds: readonly number[] };

/** The ids of the records associated with each of `ids`. */
export async function readAssociations(
  crm: Crm,
  from: ObjectType,
  to: ObjectType,
  ids: readonly string[],
): Promise<Map<string, readonly Association[]>> {
  const found = new Map<string, Association[]>();
  // A record with many associations is told in pages.
  let inputs: { id: string; after?: string }[] = [...new Set(ids)].map((id) => ({ id }));
  while (inputs.length > 0) {
    const next: { id: string; after?: string }[] = [];
    for (const chunk of chunksOf(inputs, BATCH)) {
      const answer = await crm.client.call(
        crm.portal,
        {
          method: 'POST',
          path: paths.associations(from, to),
          body: { inputs: chunk },
          cost: 'associations',
          priority: crm.priority,
        },
        associationsAnswer,
      );
      assertRowsRead(paths.associations(from, to), answer.errors);
      for (const row of answer.results) {
        const others = row.to.map(({ toObjectId, associationTypes }) => ({
          id: String(toObjectId),
          typeIds: (associationTypes ?? []).map(({ typeId }) => typeId),
        }));
        found.set(row.from.id, [...(found.get(row.from.id) ?? []), ...others]);
        const after = row.paging?.next?.after;
        if (after !== undefined && after !== null) next.push({ id: row.from.id, after });
      }
    }
    inputs = next;
  }
  return found;
}
