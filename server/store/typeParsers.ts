/**
 * How values of the database become values of JavaScript, the same on both engines. As shipped they differ: `pg`
 * gives int8 as text and `date` as local midnight, PGlite gives numbers and UTC midnight.
 */

/** PostgreSQL's type ids (pg_type.oid), fixed since PostgreSQL 7. */
const OID = { int8: 20, json: 114, date: 1082, timestamptz: 1184, numeric: 1700, jsonb: 3802 } as const;

/** An int8 as a number; as a bigint where a number would lose digits. */
function parseInt8(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** PostgreSQL's "2026-11-22 17:48:00.123456+00" as a Date (milliseconds; what is finer is dropped). */
function parseTimestamptz(text: string): Date {
  return new Date(text);
}

const asText = (text: string): string => text;

/** Type id → parser; `numeric` stays text, since it may hold more digits than a number. */
export const TYPE_PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [OID.int8]: parseInt8,
  [OID.date]: asText,
  [OID.numeric]: asText,
  [OID.timestamptz]: parseTimestamptz,
  [OID.json]: JSON.parse,
  [OID.jsonb]: JSON.parse,
};
