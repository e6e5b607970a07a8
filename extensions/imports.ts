import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';

/**
 * What HubSpot's remote builder would not find, or would drag into a bundle. Each folder under `app` is packed
 * alone: a value may come from that folder or from the packages that its package.json lists, and from nowhere else.
 * Types may come from anywhere, since they are erased.
 *
 * @param appDir the project's `app` folder
 */
export async function importProblems(appDir: string): Promise<readonly string[]> {
  const problems: string[] = [];
  for await (const name of glob('*/**/*.{ts,tsx,js,jsx}', { cwd: appDir })) {
    if (name.includes('node_modules')) continue;
    const point = path.join(appDir, name.split(path.sep)[0] ?? '');
    const file = path.join(appDir, name);
    const allowed = await dependenciesOf(point);
    for (const specifier of valueImports(name, await readFile(file, 'utf8'))) {
      const problem = problemOf(specifier, file, point, allowed);
      if (problem !== null) problems.push(`${name}: ${problem}`);
    }
  }
  return problems;
}

function problemOf(
  specifier: string,
  file: string,
  point: string,
  allowed: readonly string[],
): string | null {
  if (specifier.startsWith('.')) {
    const target = path.resolve(path.dirname(file), specifier);
    if (!target.startsWith(point + path.sep))
      return `“${specifier}” lies outside the folder that HubSpot packs.`;
    return existsSync(target) ? null : `“${specifier}” does not exist.`;
  }
  const known = allowed.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  return known ? null : `“${specifier}” is imported for its values, but package.json does not list it.`;
}

async function dependenciesOf(point: string): Promise<readonly string[]> {
  const file = path.join(point, 'package.json');
  if (!existsSync(file)) return [];
  const { dependencies = {} } = JSON.parse(await readFile(file, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  return Object.keys(dependencies);
}

/** Modules that are still imported when the types have been erased (`import { type X }` keeps its import). */
function valueImports(name: string, source: string): readonly string[] {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, false, ts.ScriptKind.TSX);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword)
      take(node.moduleSpecifier);
    if (ts.isExportDeclaration(node) && !node.isTypeOnly && node.moduleSpecifier) take(node.moduleSpecifier);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      take(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  const take = (specifier: ts.Node | undefined): void => {
    found.push(
      specifier && ts.isStringLiteralLike(specifier) ? specifier.text : 'an import that is not plain text',
    );
  };
  visit(file);
  return found;
}
