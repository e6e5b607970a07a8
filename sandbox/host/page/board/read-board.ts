import { type CrmObject, readDefinitions, readObjects, readPipelines, searchObjects } from '../crm.ts';
import type { RecordType } from '../record/read-record.ts';

export type Column = { readonly value: string; readonly label: string };

/** A board: the property that its columns are values of. */
export type BoardKind = {
  readonly id: string;
  readonly label: string;
  readonly property: string;
  readonly columns: readonly Column[];
};

export type Board = {
  readonly kinds: readonly BoardKind[];
  readonly shown: BoardKind | undefined;
  readonly cards: ReadonlyMap<string, readonly CrmObject[]>;
  readonly totals: ReadonlyMap<string, number>;
};

/** As many as one can look at; the column says how many there are. */
const CARDS = 15;

const NAMES = {
  leads: ['hs_lead_name', 'hubspot_owner_id'],
  contacts: ['firstname', 'lastname', 'email', 'company', 'hubspot_owner_id'],
} as const;

const MODIFIED = { leads: 'hs_lastmodifieddate', contacts: 'lastmodifieddate' } as const;

const kindsOf = async (type: RecordType): Promise<readonly BoardKind[]> => {
  if (type === 'leads')
    return (await readPipelines('leads')).map(({ id, label, stages }) => ({
      id,
      label,
      property: 'hs_pipeline_stage',
      columns: stages.map((stage) => ({ value: stage.id, label: stage.label })),
    }));
  const status = (await readDefinitions('contacts')).find(({ name }) => name === 'hs_lead_status');
  const columns = (status?.options ?? []).map(({ value, label }) => ({ value, label }));
  return [
    { id: 'hs_lead_status', label: status?.label ?? 'Lead status', property: 'hs_lead_status', columns },
  ];
};

/**
 * The newest cards of each column. Search finds them; since search lags behind, a card hangs where its record says now.
 */
export const readBoard = async (type: RecordType, kindId: string): Promise<Board> => {
  const kinds = await kindsOf(type);
  const shown = kinds.find(({ id }) => id === kindId) ?? kinds[0];
  if (!shown) return { kinds, shown, cards: new Map(), totals: new Map() };
  const { property, columns } = shown;
  const found = await Promise.all(
    columns.map(({ value }) =>
      searchObjects(type, {
        filters: [{ propertyName: property, operator: 'EQ', value }],
        properties: [],
        sort: { propertyName: MODIFIED[type], direction: 'DESCENDING' },
        limit: CARDS,
      }),
    ),
  );
  const ids = [...new Set(found.flatMap(({ results }) => results.map(({ id }) => id)))];
  const objects = await readObjects(type, ids, [...NAMES[type], property]);
  return {
    kinds,
    shown,
    cards: new Map(
      columns.map(({ value }) => [value, objects.filter(({ properties }) => properties[property] === value)]),
    ),
    totals: new Map(columns.map(({ value }, index) => [value, found[index]?.total ?? 0])),
  };
};
