/**
 * The contract that ships in the installed `@hubspot/api-client` (Apache-2.0), read at test time and never stored:
 * operations (method, path, query, body, success codes) from its request factories, and schemas (fields, which are
 * required, enums) from its models. The sandbox's answers and the gateway's requests are checked against it.
 */

import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const CODEGEN = join(dirname(require.resolve('@hubspot/api-client/package.json')), 'lib/codegen/crm');

const AREAS = [
  'contacts',
  'companies',
  'objects',
  'objects/leads',
  'objects/tasks',
  'objects/notes',
  'objects/calls',
  'objects/emails',
  'objects/meetings',
  'deals',
  'lists',
  'properties',
  'owners',
  'pipelines',
  'associations/v4',
  'associations/v4/schema',
  '../communication_preferences',
  '../automation/actions',
] as const;

/** Date-versioned path → the spelling that the SDK knows. */
const OLDER = [
  ['/crm/objects/', '/crm/v3/objects/'],
  ['/crm/associations/', '/crm/v4/associations/'],
  ['/crm/lists/', '/crm/v3/lists/'],
  ['/crm/properties/', '/crm/v3/properties/'],
  ['/crm/pipelines/', '/crm/v3/pipelines/'],
  ['/crm/owners/', '/crm/v3/owners/'],
] as const;

/**
 * Fields that the SDK calls required and HubSpot's documentation does not: requests without them are answered.
 * Docs: developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide (batch read), crm-properties-v3/guide
 */
const NOT_REALLY_REQUIRED = new Set([
  'BatchReadInputSimplePublicObjectId.propertiesWithHistory',
  'BatchReadInputSimplePublicObjectId.properties',
  'BatchReadInputPropertyName.archived',
]);

type Field = { readonly name: string; readonly type: string; readonly required: boolean };
type Model = { readonly fields: readonly Field[] } | { readonly values: readonly unknown[] };

type SdkOperation = {
  readonly area: string;
  readonly method: string;
  readonly template: string;
  readonly pattern: RegExp;
  readonly parameters: number;
  readonly query: ReadonlySet<string>;
  /** type of the body, undefined when there is none */
  readonly body: string | undefined;
  /** success code → type of the answer, '' when it is empty */
  readonly answers: ReadonlyMap<number, string>;
};

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const toPattern = (template: string): RegExp =>
  new RegExp(
    `^${template
      .replace(/\/$/, '')
      .split(/\{[^}]+\}/)
      .map(escape)
      .join('[^/]+')}/?$`,
  );

const readOperations = (area: string): SdkOperation[] => {
  const folder = join(CODEGEN, area, 'apis');
  return readdirSync(folder)
    .filter((file) => file.endsWith('Api.js'))
    .flatMap((file) => {
      const methods = readFileSync(join(folder, file), 'utf8')
        .split(/\n {4}(?=\w+\()/)
        .slice(1);
      const answers = new Map<string, Map<number, string>>();
      for (const method of methods) {
        const name = /^(\w+)WithHttpInfo\(/.exec(method)?.[1];
        if (name === undefined) continue;
        const codes = method
          .split('isCodeInRange)("')
          .slice(1)
          .map((part): [number, string] => [
            Number(part.slice(0, 3).replace('"', '')),
            part.slice(0, part.indexOf('}')).match(/, "([^"]+)", ""\)/)?.[1] ?? '',
          ]);
        answers.set(name, new Map(codes.filter(([code]) => code >= 200 && code < 300)));
      }
      return methods.flatMap((method): SdkOperation[] => {
        const name = /^(\w+)\(/.exec(method)?.[1];
        const template = /localVarPath = '([^']+)'/.exec(method)?.[1];
        const verb = /HttpMethod\.(\w+)/.exec(method)?.[1];
        if (name === undefined || template === undefined || verb === undefined) return [];
        return [
          {
            area,
            method: verb,
            template,
            pattern: toPattern(template),
            parameters: template.split('{').length - 1,
            query: new Set([...method.matchAll(/QueryParam\("([^"]+)"/g)].map((match) => match[1] ?? '')),
            body: /serialize\(\w+, "([^"]+)", ""\), contentType/.exec(method)?.[1],
            answers: answers.get(name) ?? new Map<number, string>(),
          },
        ];
      });
    });
};

const OPERATIONS: readonly SdkOperation[] = AREAS.flatMap(readOperations);

const models = new Map<string, Model>();

/** A model: its fields from the compiled class, which of them are optional from the declaration beside it. */
const getModel = (area: string, name: string): Model => {
  const key = `${area}/${name}`;
  const known = models.get(key);
  if (known) return known;
  const className = name === 'Error' ? 'ModelError' : name;
  const owner = className.endsWith('Enum') ? enumOwner(area, className) : className;
  const file = join(CODEGEN, area, 'models', owner);
  const exported = require(file) as Record<
    string,
    { attributeTypeMap?: { name: string; baseName: string; type: string }[] } & Record<string, unknown>
  >;
  const found = exported[className];
  if (!found) throw new Error(`The SDK has no model ${key}.`);
  const model: Model = className.endsWith('Enum')
    ? { values: Object.values(found) }
    : { fields: readFields(className, found.attributeTypeMap ?? [], readFileSync(`${file}.d.ts`, 'utf8')) };
  models.set(key, model);
  return model;
};

/** Enums live in the file of the model that uses them. */
const enumOwner = (area: string, name: string): string => {
  const files = readdirSync(join(CODEGEN, area, 'models')).filter((file) => file.endsWith('.d.ts'));
  const owner = files
    .map((file) => file.slice(0, -'.d.ts'.length))
    .filter((file) => name.startsWith(file))
    .sort((a, b) => b.length - a.length)[0];
  if (owner === undefined) throw new Error(`No file of the SDK holds ${name}.`);
  return owner;
};

const readFields = (
  model: string,
  attributes: readonly { name: string; baseName: string; type: string }[],
  declaration: string,
): Field[] =>
  attributes.map(({ name, baseName, type }) => ({
    name: baseName,
    type,
    required:
      !new RegExp(`'${escape(name)}'\\?:`).test(declaration) &&
      !NOT_REALLY_REQUIRED.has(`${model}.${baseName}`),
  }));

type Mode = 'request' | 'response';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const quote = (value: unknown): string =>
  value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);

/** Problems of a value against a type as the SDK writes it: `Array<X>`, `{ [key: string]: X; }`, `X | Y`, a name. */
const check = (area: string, type: string, value: unknown, at: string, mode: Mode): string[] => {
  const wrong = (expected: string): string[] => [`${at}: ${expected} expected, got ${quote(value)}`];
  const array = /^(?:Array|Set)<(.+)>$/.exec(type)?.[1];
  if (array !== undefined)
    return Array.isArray(value)
      ? value.flatMap((item, index) => check(area, array, item, `${at}[${index}]`, mode))
      : wrong('an array');
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (map !== undefined)
    return isObject(value)
      ? Object.entries(value).flatMap(([key, item]) => check(area, map, item, `${at}.${key}`, mode))
      : wrong('an object');
  if (type.includes(' | ')) {
    const tries = type.split(' | ').map((option) => check(area, option, value, at, mode));
    return tries.some((problems) => problems.length === 0) ? [] : (tries[0] ?? []);
  }
  switch (type) {
    case 'any':
      return [];
    case 'null':
      return value === null ? [] : wrong('null');
    case 'string':
      return typeof value === 'string' ? [] : wrong('a string');
    case 'number':
      return typeof value === 'number' ? [] : wrong('a number');
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('a boolean');
    case 'Date':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? [] : wrong('a time');
    default:
      return checkModel(area, type, value, at, mode);
  }
};

const checkModel = (area: string, type: string, value: unknown, at: string, mode: Mode): string[] => {
  const model = getModel(area, type);
  if ('values' in model)
    return model.values.includes(value)
      ? []
      : [`${at}: one of ${model.values.join(', ')} expected, got ${JSON.stringify(value)}`];
  // Filter branches of lists are unions by discriminator; the emulator passes them through unread.
  if (model.fields.length === 0) return [];
  if (!isObject(value)) return [`${at}: ${type} expected, got ${quote(value)}`];
  const problems = model.fields.flatMap((field) => {
    const held = value[field.name];
    if (held === undefined || (held === null && !field.required))
      return field.required ? [`${at}.${field.name}: missing (${type})`] : [];
    return check(area, field.type, held, `${at}.${field.name}`, mode);
  });
  if (mode === 'response') return problems;
  const names = new Set(model.fields.map(({ name }) => name));
  return [
    ...problems,
    ...Object.keys(value)
      .filter((name) => !names.has(name))
      .map((name) => `${at}.${name}: ${type} has no such field`),
  ];
};

const toOlder = (path: string): string => {
  const [pathname = ''] = path.split('?');
  for (const [dated, older] of OLDER)
    if (pathname.startsWith(dated)) {
      const rest = pathname.slice(dated.length).replace(/^\d{4}-\d{2}\/?/, '');
      return rest.includes('/associations/') ? `/crm/v4/objects/${rest}` : `${older}${rest}`;
    }
  return pathname;
};

/** The operation with the fewest free parts, so that `/objects/contacts/…` wins over `/objects/{objectType}/…`. */
const findOperation = (method: string, path: string): SdkOperation | undefined => {
  const older = toOlder(path);
  return OPERATIONS.filter((it) => it.method === method && it.pattern.test(older)).sort(
    (a, b) => a.parameters - b.parameters,
  )[0];
};

/** Whether the SDK knows the operation; account information, for one, it does not. */
export const isKnown = (method: string, path: string): boolean => findOperation(method, path) !== undefined;

/**
 * Problems of a request against the SDK's schema, [] when there are none: unknown operation, unknown query parameter,
 * missing or unknown field, wrong type, value outside its enum.
 *
 * @param path dated or v3/v4, with its query
 */
export const checkRequest = (method: string, path: string, body: unknown): string[] => {
  const operation = findOperation(method, path);
  if (!operation) return [`${method} ${path}: the SDK has no such operation`];
  const names = new URL(path, 'http://x').searchParams.keys();
  const query = [...names]
    .filter((name) => !operation.query.has(name))
    .map((name) => `?${name}: no such parameter`);
  if (operation.body === undefined) return body === undefined ? query : [...query, 'body: none expected'];
  if (body === undefined) return [...query, `body: ${operation.body} expected`];
  return [...query, ...check(operation.area, operation.body, body, 'body', 'request')];
};

/** Problems of an answer against the SDK's schema, [] when there are none. Failures are checked as errors. */
export const checkResponse = (method: string, path: string, status: number, body: unknown): string[] => {
  const operation = findOperation(method, path);
  if (!operation) return [`${method} ${path}: the SDK has no such operation`];
  if (status >= 400) return check(operation.area, 'Error', body, 'error', 'response');
  const type = operation.answers.get(status);
  if (type === undefined)
    return [`${method} ${path}: status ${status} is not among ${[...operation.answers.keys()].join(', ')}`];
  if (type === '' || type === 'void') return body === undefined ? [] : ['body: none expected'];
  return check(operation.area, type, body, 'body', 'response');
};

/** How much of the SDK was read: a guard against an extraction that finds nothing. */
export const sdkSize = (): { readonly operations: number; readonly areas: number } => ({
  operations: OPERATIONS.length,
  areas: new Set(OPERATIONS.map(({ area }) => area)).size,
});
