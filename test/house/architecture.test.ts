/** The table in architecture.ts against the tree, and against ESLint, which reads the same table. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import type { Import } from '../../architecture.ts';
import { DOORS, ENVIRONMENT_DOORS, importProblem, roomOf, ROOMS } from '../../architecture.ts';
import { filesOf, isCode, readText, ROOT } from './tree.ts';

type FoundImport = Import & { readonly line: number };

const importsOf = (from: string, text: string): FoundImport[] => {
  const file = ts.createSourceFile(from, text, ts.ScriptTarget.Latest, true);
  const found: FoundImport[] = [];
  const add = (node: ts.Node | undefined, typeOnly: boolean) => {
    if (!node || !ts.isStringLiteralLike(node)) return;
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    found.push({ from, specifier: node.text, typeOnly, line });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const { importClause: clause } = node;
      const named = clause?.namedBindings;
      const eachIsType =
        !clause?.name &&
        named !== undefined &&
        ts.isNamedImports(named) &&
        named.elements.length > 0 &&
        named.elements.every(({ isTypeOnly }) => isTypeOnly);
      add(node.moduleSpecifier, clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || eachIsType);
    }
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'require')
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
};

let files: string[];
let imports: FoundImport[];
beforeAll(async () => {
  files = (await filesOf()).filter(isCode);
  imports = (await Promise.all(files.map(async (path) => importsOf(path, await readText(path))))).flat();
});

describe('the table of imports', () => {
  it('is kept by every file', () => {
    expect(imports.length).toBeGreaterThan(200);
    const broken = imports.flatMap((one) => {
      const problem = importProblem(one);
      return problem ? [`${one.from}:${one.line} ${problem}`] : [];
    });
    expect(broken).toEqual([]);
  });

  it('gives every file a room, and no room without a file', () => {
    const used = new Set(files.map((path) => roomOf(path).name));
    expect(ROOMS.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
    expect(() => roomOf('attic/new.ts')).toThrow('add its folder to ROOMS');
  });

  it('points one way: no two rooms import each other', () => {
    const rooms = new Map<string, readonly string[]>(ROOMS.map((room) => [room.name, room.imports]));
    const reachable = (from: string, seen = new Set<string>()): Set<string> => {
      for (const next of rooms.get(from) ?? []) if (!seen.has(next)) reachable(next, seen.add(next));
      return seen;
    };
    const circles = [...rooms.keys()].filter((name) => reachable(name).has(name));
    expect(circles).toEqual([]);
  });

  it.each([
    { from: 'server/http/app.ts', specifier: '../store/db.ts', says: 'http must not import from store' },
    { from: 'server/store/db.ts', specifier: '../http/app.ts', says: 'store must not import from http' },
    {
      from: 'server/store/db.ts',
      specifier: '../hubspot/client.ts',
      says: 'store must not import from hubspot',
    },
    {
      from: 'server/hubspot/client.ts',
      specifier: '../store/db.ts',
      says: 'hubspot must not import from store',
    },
    {
      from: 'server/flows/viewCard.ts',
      specifier: '../http/app.ts',
      says: 'flows must not import from http',
    },
    {
      from: 'server/flows/viewCard.ts',
      specifier: '../config.ts',
      says: 'flows must not import from config',
    },
    { from: 'server/telemetry.ts', specifier: './config.ts', says: 'telemetry must not import from config' },
    {
      from: 'src/rejection.ts',
      specifier: '../server/config.ts',
      says: 'domain must not import from config',
    },
    { from: 'src/rejection.ts', specifier: 'node:fs', says: "domain must not use Node's own modules" },
    { from: 'src/rejection.ts', specifier: 'zod', says: 'zod is imported through' },
    {
      from: 'sandbox/crm/http.ts',
      specifier: '../../src/reasons.ts',
      says: 'sandbox crm must not import from domain',
    },
    {
      from: 'sandbox/host/proxy.ts',
      specifier: '../../server/http/verify.ts',
      says: 'must not import from http',
    },
    {
      from: 'sandbox/host/proxy.ts',
      specifier: '@mql-rejection-loop/domain',
      says: 'must not import from domain',
    },
    {
      from: 'sandbox/crm/http.ts',
      specifier: '../host/server.ts',
      says: 'must not import from sandbox host',
    },
    { from: 'sandbox/start.ts', specifier: '../server/main.ts', says: 'sandbox must not import from server' },
    { from: 'bench/clicks.ts', specifier: '../src/reasons.ts', says: 'bench must not import from domain' },
    {
      from: 'server/wire.ts',
      specifier: '../test/http/signedApp.ts',
      says: 'server must not import from tests',
    },
    {
      from: 'server/flows/viewCard.ts',
      specifier: '@hubspot/api-client',
      says: 'server/hubspot/client.ts only',
    },
    { from: 'server/hubspot/records.ts', specifier: '@hubspot/api-client/lib/x.js', says: 'client.ts only' },
    {
      from: 'server/jobs/drain.ts',
      specifier: 'pg-boss',
      says: 'pg-boss is imported through server/jobs/queue.ts',
    },
    { from: 'server/flows/viewCard.ts', specifier: 'pg', says: 'pg is imported through server/store/' },
    { from: 'server/wire.ts', specifier: 'lodash', says: 'lodash has no door' },
    {
      from: 'extensions/src/app/cards/answer/api.ts',
      specifier: '../../../../../src/contract.ts',
      says: 'by its package name',
    },
    {
      from: 'extensions/src/app/cards/answer/api.ts',
      specifier: '@mql-rejection-loop/domain/contract',
      says: 'only types',
    },
    { from: 'extensions/src/app/cards/answer/api.ts', specifier: 'node:crypto', says: "Node's own modules" },
  ])('refuses $specifier in $from', ({ from, specifier, says }) => {
    expect(importProblem({ from, specifier, typeOnly: false })).toContain(says);
  });

  it('lets types of the domain into the cards, by package name', () => {
    const from = 'extensions/src/app/cards/answer/api.ts';
    expect(
      importProblem({ from, specifier: '@mql-rejection-loop/domain/contract', typeOnly: true }),
    ).toBeNull();
  });

  it.each([
    { text: "import { x } from './a.ts';", typeOnly: false },
    { text: "import './a.ts';", typeOnly: false },
    { text: "import type { x } from './a.ts';", typeOnly: true },
    { text: "import { type x, type y } from './a.ts';", typeOnly: true },
    { text: "import { type x, y } from './a.ts';", typeOnly: false },
    { text: "import x, { type y } from './a.ts';", typeOnly: false },
    { text: "export * from './a.ts';", typeOnly: false },
    { text: "export type { x } from './a.ts';", typeOnly: true },
    { text: "type X = import('./a.ts').x;", typeOnly: true },
    { text: "const x = await import('./a.ts');", typeOnly: false },
    { text: "const x = require('./a.ts');", typeOnly: false },
  ])('sees the import in: $text', ({ text, typeOnly }) => {
    expect(importsOf('src/x.ts', text)).toEqual([
      { from: 'src/x.ts', specifier: './a.ts', typeOnly, line: 1 },
    ]);
  });
});

describe('doors', () => {
  it('are there for installed packages only, and for files that exist', async () => {
    const { dependencies, devDependencies } = JSON.parse(await readText('package.json')) as Record<
      string,
      object
    >;
    const installed = Object.keys({ ...dependencies, ...devDependencies });
    expect(Object.keys(DOORS).filter((name) => !installed.includes(name))).toEqual([]);
    const all = await filesOf();
    const nowhere = Object.values(DOORS)
      .flat()
      .filter((door) => !all.some((file) => file.startsWith(door)));
    expect(nowhere).toEqual([]);
  });

  it('to the environment are few', async () => {
    const readers = await Promise.all(
      files.map(async (path) => ({
        path,
        reads: /\bprocess\s*(?:\.|\?\.)\s*env\b/.test(codeOf(await readText(path))),
      })),
    );
    const elsewhere = readers.filter(
      ({ path, reads }) => reads && !ENVIRONMENT_DOORS.some((door) => path.startsWith(door)),
    );
    expect(elsewhere.map(({ path }) => path)).toEqual([]);
  });
});

describe('ESLint', () => {
  const BREACHES = [
    { path: 'server/store/db.ts', code: "import '../http/app.ts';", rule: 'architecture/imports' },
    {
      path: 'server/store/db.ts',
      code: 'export const x = process.env.HOME;',
      rule: 'architecture/environment',
    },
    { path: 'src/rejection.ts', code: 'export const x = Date.now();', rule: 'no-restricted-syntax' },
    { path: 'src/rejection.ts', code: 'setTimeout(() => undefined);', rule: 'no-restricted-globals' },
    { path: 'server/main.ts', code: 'Promise.resolve(1);', rule: '@typescript-eslint/no-floating-promises' },
    { path: 'server/main.ts', code: 'console.log(1);', rule: 'no-console' },
    {
      path: 'extensions/src/app/cards/RejectCard.tsx',
      code: "export const x = fetch('https://example.com');",
      rule: '@hubspot/ui-extensions/no-native-http',
    },
  ];
  let broken: string[][];
  beforeAll(async () => {
    broken = await lint(BREACHES);
    // ESLint reads the types of the whole repository first, which takes its time on a busy machine.
  }, 300_000);

  it.each(BREACHES.map((breach, nth) => ({ ...breach, nth })))('bites: $rule in $path', ({ rule, nth }) => {
    expect(broken[nth]).toContain(rule);
  });
});

/** The text without comments and strings' insides, in which words may stand that are no code. */
const codeOf = (text: string): string =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, '""');

/**
 * For each piece of code, the rules that the repository's own ESLint and configuration find broken, were it in that
 * file. In a process of its own: ESLint loads its configuration in a way that Jest's module loader does not know.
 */
const lint = async (pieces: readonly { path: string; code: string }[]): Promise<string[][]> => {
  const program = `
    import { ESLint } from 'eslint';
    const eslint = new ESLint();
    const broken = [];
    for (const { path, code } of JSON.parse(process.argv[1])) {
      const [result] = await eslint.lintText(code + '\\n', { filePath: path });
      broken.push(result.messages.map(({ ruleId }) => ruleId));
    }
    process.stdout.write(JSON.stringify(broken));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program, JSON.stringify(pieces)],
    { cwd: ROOT },
  );
  return JSON.parse(stdout) as string[][];
};
