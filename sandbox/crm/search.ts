/**
 * Search. SDK: lib/codegen/crm/objects/apis/SearchApi. Docs: developers.hubspot.com/docs/api-reference/search/guide
 *
 * Limits: 5 filter groups, 6 filters each, 18 together; 1 sort; 200 a page; 10,000 results in all; body of 3,000 characters.
 * A change enters the index after the portal's lag: until then a record is found by its older values.
 */

import {
  type Answer,
  type Call,
  type Operation,
  bodyObject,
  isObject,
  needString,
  objectTypeOf,
  ok,
  optionalNumber,
  optionalString,
  stringsOf,
} from './call.ts';
import { validationError } from './errors.ts';
import { linked } from './links.ts';
import { type ObjectType, findObjectType } from './objectTypes.ts';
import { toObject } from './present.ts';
import { type CrmRecord, type ObjectStore, type PropertyDefinition, getStore } from './state.ts';
import { parseTime } from './values.ts';

const MOST_RESULTS = 10_000;
const MOST_BODY = 3_000;

type Row = Readonly<Record<string, unknown>>;

/** Operators and which fields they need. SDK schema: lib/codegen/crm/objects/models/Filter */
const OPERATORS = {
  EQ: 'value',
  NEQ: 'value',
  LT: 'value',
  LTE: 'value',
  GT: 'value',
  GTE: 'value',
  BETWEEN: 'range',
  IN: 'values',
  NOT_IN: 'values',
  HAS_PROPERTY: 'nothing',
  NOT_HAS_PROPERTY: 'nothing',
  CONTAINS_TOKEN: 'value',
  NOT_CONTAINS_TOKEN: 'value',
} as const satisfies Record<string, 'value' | 'range' | 'values' | 'nothing'>;
type Operator = keyof typeof OPERATORS;

type Filter = {
  readonly operator: Operator;
  readonly property: string;
  readonly definition: PropertyDefinition | undefined;
  /** `associations.<type>` filters compare ids of associated records */
  readonly association: ObjectType | undefined;
  readonly value: string;
  readonly high: string;
  readonly values: readonly string[];
};

type Values = (name: string) => string | undefined;

const isOperator = (text: string): text is Operator => text in OPERATORS;

const readFilter = (store: ObjectStore, raw: unknown): Filter => {
  if (!isObject(raw))
    throw validationError('Invalid input JSON on line 1, column 1: a filter must be an object');
  const property = needString(raw, 'propertyName').toLowerCase();
  const operator = needString(raw, 'operator');
  if (!isOperator(operator))
    throw validationError(
      `Invalid input JSON on line 1, column 1: operator must be one of ${Object.keys(OPERATORS).join(', ')}`,
    );
  const association = property.startsWith('associations.')
    ? findObjectType(property.slice('associations.'.length))
    : undefined;
  const definition = store.definitions.get(property);
  if (!association && (!definition || definition.archived))
    throw validationError(`There was a problem with the request: property ${property} does not exist.`);
  const needs = OPERATORS[operator];
  const value = optionalString(raw, 'value');
  const high = optionalString(raw, 'highValue');
  const values = stringsOf(raw.values, 'values');
  const lacks =
    (needs === 'value' && value === undefined) ||
    (needs === 'range' && (value === undefined || high === undefined)) ||
    (needs === 'values' && values.length === 0);
  if (lacks)
    throw validationError(
      `There was a problem with the request: operator ${operator} lacks its value for ${property}.`,
    );
  return { operator, property, definition, association, value: value ?? '', high: high ?? '', values };
};

const readGroups = (store: ObjectStore, raw: unknown): readonly (readonly Filter[])[] => {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw))
    throw validationError('Invalid input JSON on line 1, column 1: filterGroups must be an array');
  if (raw.length > 5) throw validationError('filterGroups: at most 5 filter groups are allowed.');
  const groups = raw.map((group: unknown) => {
    const filters = isObject(group) && Array.isArray(group.filters) ? group.filters : [];
    if (filters.length > 6) throw validationError('filters: at most 6 filters are allowed in a group.');
    return filters.map((filter: unknown) => readFilter(store, filter));
  });
  if (groups.flat().length > 18) throw validationError('filters: at most 18 filters are allowed in all.');
  return groups;
};

/** A value as something that can be ordered: a number for numbers and times, lower-case text else. */
const comparable = (definition: PropertyDefinition | undefined, value: string): number | string => {
  if (definition?.type === 'number') return Number(value);
  if (definition?.type === 'date' || definition?.type === 'datetime') return parseTime(value);
  return value.toLowerCase();
};

const compare = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Words of the value, `*` standing for any characters. Docs: search guide, CONTAINS_TOKEN. */
const containsToken = (held: string, token: string): boolean => {
  const pattern = token
    .toLowerCase()
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  const words = [held, ...held.split(/[\s@.,;:/_-]+/)];
  const expression = new RegExp(`^${pattern}$`);
  return words.some((word) => expression.test(word.toLowerCase()));
};

const matches = (filter: Filter, held: readonly string[]): boolean => {
  const order = (value: string, to: string): number =>
    compare(comparable(filter.definition, value), comparable(filter.definition, to));
  const multiple = filter.definition?.fieldType === 'checkbox';
  const parts = multiple ? held.flatMap((value) => value.split(';')) : held;
  switch (filter.operator) {
    case 'HAS_PROPERTY':
      return held.length > 0;
    case 'NOT_HAS_PROPERTY':
      return held.length === 0;
    case 'EQ':
      return parts.some((value) => order(value, filter.value) === 0);
    case 'NEQ':
      return held.length > 0 && !parts.some((value) => order(value, filter.value) === 0);
    case 'IN':
      return parts.some((value) => filter.values.some((wanted) => order(value, wanted) === 0));
    case 'NOT_IN':
      return (
        held.length > 0 && !parts.some((value) => filter.values.some((wanted) => order(value, wanted) === 0))
      );
    case 'LT':
      return held.some((value) => order(value, filter.value) < 0);
    case 'LTE':
      return held.some((value) => order(value, filter.value) <= 0);
    case 'GT':
      return held.some((value) => order(value, filter.value) > 0);
    case 'GTE':
      return held.some((value) => order(value, filter.value) >= 0);
    case 'BETWEEN':
      return held.some((value) => order(value, filter.value) >= 0 && order(value, filter.high) <= 0);
    case 'CONTAINS_TOKEN':
      return held.some((value) => containsToken(value, filter.value));
    case 'NOT_CONTAINS_TOKEN':
      return held.length > 0 && !held.some((value) => containsToken(value, filter.value));
  }
};

/** Property values as the index knows them: those of `seenUntil`. Undefined when the record is not in it. */
const indexed = (record: CrmRecord, seenUntil: number): Values | undefined => {
  if (record.changedAt <= seenUntil)
    return record.archived ? undefined : (name) => record.properties.get(name);
  if (record.createdAt > seenUntil) return undefined;
  if (record.archivedAt !== undefined && record.archivedAt <= seenUntil) return undefined;
  return (name) => {
    const versions = record.history.get(name);
    if (!versions) return record.properties.get(name);
    const value = versions.findLast(({ at }) => at <= seenUntil)?.value ?? '';
    return value === '' ? undefined : value;
  };
};

const heldBy = (
  call: Call,
  type: ObjectType,
  record: CrmRecord,
  values: Values,
  filter: Filter,
): readonly string[] => {
  if (filter.association)
    return linked(call.portal, { typeId: type.id, id: record.id }, filter.association.id).map(({ id }) => id);
  const value = values(filter.property);
  return value === undefined ? [] : [value];
};

type Sort = { readonly property: string; readonly descending: boolean };

/** A sort is `{propertyName, direction}`, a name, or a name with a leading minus. */
const readSort = (raw: unknown): Sort | undefined => {
  if (raw === undefined || raw === null) return undefined;
  if (!Array.isArray(raw))
    throw validationError('Invalid input JSON on line 1, column 1: sorts must be an array');
  if (raw.length > 1) throw validationError('sorts: only one sort is allowed.');
  const sort: unknown = raw[0];
  if (sort === undefined) return undefined;
  if (typeof sort === 'string')
    return sort.startsWith('-')
      ? { property: sort.slice(1).toLowerCase(), descending: true }
      : { property: sort.toLowerCase(), descending: false };
  if (!isObject(sort))
    throw validationError('Invalid input JSON on line 1, column 1: sorts must hold names or objects');
  return {
    property: needString(sort, 'propertyName').toLowerCase(),
    descending: optionalString(sort, 'direction') === 'DESCENDING',
  };
};

const bySort =
  (definition: PropertyDefinition | undefined, sort: Sort) =>
  (a: { record: CrmRecord; values: Values }, b: { record: CrmRecord; values: Values }): number => {
    const x = a.values(sort.property);
    const y = b.values(sort.property);
    // Records without a value come last, whatever the direction.
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? 1 : -1;
    const order = compare(comparable(definition, x), comparable(definition, y));
    return sort.descending ? -order : order;
  };

const search = (call: Call): Answer => {
  const type = objectTypeOf(call);
  const store = getStore(call.portal.crm, type.name);
  const body: Row = bodyObject(call);
  if (JSON.stringify(body).length > MOST_BODY)
    throw validationError(`The request body is longer than ${MOST_BODY} characters.`);
  const groups = readGroups(store, body.filterGroups);
  const sort = readSort(body.sorts);
  const query = optionalString(body, 'query')?.trim().toLowerCase() ?? '';
  const limit = optionalNumber(body, 'limit') ?? 10;
  if (!Number.isInteger(limit) || limit < 0 || limit > 200)
    throw validationError(`The limit must be between 0 and 200: ${limit}`);
  const after = Number(typeof body.after === 'number' ? body.after : (optionalString(body, 'after') ?? '0'));
  if (!Number.isInteger(after) || after < 0)
    throw validationError(`The paging token is not valid: ${String(body.after)}`);
  if (after + limit > MOST_RESULTS)
    throw validationError(
      `There was a problem with the request: at most ${MOST_RESULTS} results can be paged through.`,
    );
  const seenUntil = call.now - call.portal.settings.searchLagMs;
  const found: { record: CrmRecord; values: Values }[] = [];
  for (const record of store.records.values()) {
    const values = indexed(record, seenUntil);
    if (!values) continue;
    const inGroups =
      groups.length === 0 ||
      groups.some((group) =>
        group.every((filter) => matches(filter, heldBy(call, type, record, values, filter))),
      );
    const inQuery =
      query === '' || type.searched.some((name) => values(name)?.toLowerCase().includes(query) === true);
    if (inGroups && inQuery) found.push({ record, values });
  }
  if (sort) found.sort(bySort(store.definitions.get(sort.property), sort));
  else found.sort((a, b) => Number(a.record.id) - Number(b.record.id));
  const properties = stringsOf(body.properties, 'properties');
  const next = after + limit;
  return ok({
    total: found.length,
    results: found
      .slice(after, next)
      .map(({ record }) => toObject(call.portal, type, record, { properties })),
    ...(next < found.length && { paging: { next: { after: String(next), link: `?after=${next}` } } }),
  });
};

export const SEARCH_OPERATIONS: readonly Operation[] = [
  {
    method: 'POST',
    path: '/crm/objects/2026-09/:objectType/search',
    scopes: (call) => [objectTypeOf(call).scope.read],
    bucket: 'search',
    run: search,
  },
];
