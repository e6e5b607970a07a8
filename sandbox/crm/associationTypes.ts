/**
 * HubSpot's own association types, one row a direction pair.
 * Docs: developers.hubspot.com/docs/api-reference/crm-associations-v4/guide, "Association type ID values".
 */

import { getObjectType, type ObjectTypeName } from './objectTypes.ts';

type Pair = readonly [
  from: ObjectTypeName,
  to: ObjectTypeName,
  there: number,
  back: number,
  label?: string,
  /** at most one such association from a record; the second replaces the first */
  single?: 'primary',
];

const PAIRS: readonly Pair[] = [
  ['contacts', 'companies', 279, 280],
  ['contacts', 'companies', 1, 2, 'Primary', 'primary'],
  ['contacts', 'contacts', 449, 449],
  ['companies', 'companies', 450, 450],
  ['leads', 'contacts', 608, 609],
  ['leads', 'contacts', 578, 579, 'Primary', 'primary'],
  ['leads', 'companies', 610, 611],
  ['leads', 'companies', 580, 581, 'Primary', 'primary'],
  ['tasks', 'contacts', 204, 203],
  ['tasks', 'companies', 192, 191],
  ['tasks', 'leads', 647, 646],
  ['notes', 'contacts', 202, 201],
  ['notes', 'companies', 190, 189],
  ['notes', 'leads', 855, 854],
  ['deals', 'contacts', 3, 4],
  ['deals', 'companies', 341, 342],
  ['deals', 'companies', 5, 6, 'Primary', 'primary'],
  ['deals', 'deals', 451, 451],
  ['calls', 'contacts', 194, 193],
  ['calls', 'companies', 182, 181],
  ['calls', 'deals', 206, 205],
  ['calls', 'leads', 595, 596],
  ['emails', 'contacts', 198, 197],
  ['emails', 'companies', 186, 185],
  ['emails', 'deals', 210, 209],
  ['emails', 'leads', 597, 598],
  ['meetings', 'contacts', 200, 199],
  ['meetings', 'companies', 188, 187],
  ['meetings', 'deals', 212, 211],
  ['meetings', 'leads', 599, 600],
  ['notes', 'deals', 214, 213],
  ['tasks', 'deals', 216, 215],
];

export type AssociationType = {
  readonly typeId: number;
  readonly inverseId: number;
  readonly from: string;
  readonly to: string;
  readonly label: string | undefined;
  readonly single: boolean;
  /** property of the first record that repeats the second one's id */
  readonly mirror: string | undefined;
  /** the unlabelled type of the same pair, which a labelled association always brings along */
  readonly generic: number;
};

/** Read-only properties that HubSpot keeps in step with a primary association. Docs: default lead and contact properties. */
const MIRRORS: Readonly<Record<number, string>> = {
  1: 'associatedcompanyid',
  578: 'hs_primary_contact_id',
  580: 'hs_primary_company_id',
};

const TYPES: readonly AssociationType[] = PAIRS.flatMap(([from, to, there, back, label, single]) => {
  const a = getObjectType(from).id;
  const b = getObjectType(to).id;
  const plain = PAIRS.find((pair) => pair[0] === from && pair[1] === to && pair[4] === undefined);
  const rows: AssociationType[] = [
    {
      typeId: there,
      inverseId: back,
      from: a,
      to: b,
      label,
      single: single === 'primary',
      mirror: MIRRORS[there],
      generic: plain?.[2] ?? there,
    },
  ];
  if (back !== there)
    rows.push({
      typeId: back,
      inverseId: there,
      from: b,
      to: a,
      label,
      single: false,
      mirror: undefined,
      generic: plain?.[3] ?? back,
    });
  return rows;
});

const byTypeId = new Map(TYPES.map((type) => [type.typeId, type]));

export const findAssociationType = (typeId: number): AssociationType | undefined => byTypeId.get(typeId);

/** The unlabelled type between two object types, undefined when HubSpot has none (tasks to notes). */
export const findDefaultType = (from: string, to: string): AssociationType | undefined =>
  TYPES.find((type) => type.from === from && type.to === to && type.label === undefined);

export const typesBetween = (from: string, to: string): readonly AssociationType[] =>
  TYPES.filter((type) => type.from === from && type.to === to);
