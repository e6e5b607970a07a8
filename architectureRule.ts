import { relative, sep } from 'node:path';
import type { Rule } from 'eslint';
import { ENVIRONMENT_DOORS, importProblem } from './architecture.ts';

const root = import.meta.dirname;

type ImportNode = {
  readonly source?: { readonly type?: string; readonly value?: unknown } | null;
  readonly importKind?: string;
  readonly exportKind?: string;
  readonly specifiers?: readonly { readonly importKind?: string; readonly exportKind?: string }[];
};

/** ESLint's reading of the table in architecture.ts. */
const imports: Rule.RuleModule = {
  meta: { type: 'problem', schema: [], docs: { description: 'imports follow the table in architecture.ts' } },
  create: (context) => {
    const from = relative(root, context.filename).split(sep).join('/');
    const check = (node: Rule.Node): void => {
      const { source, importKind, exportKind, specifiers = [] } = node as unknown as ImportNode;
      if (typeof source?.value !== 'string') return;
      const kinds = [importKind, exportKind];
      const typeOnly =
        kinds.includes('type') ||
        (specifiers.length > 0 &&
          specifiers.every((one) => one.importKind === 'type' || one.exportKind === 'type'));
      const problem = importProblem({ from, specifier: source.value, typeOnly });
      if (problem) context.report({ node, message: problem });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

/** The environment is read where it is described, and nowhere else. */
const environment: Rule.RuleModule = {
  meta: { type: 'problem', schema: [], docs: { description: 'process.env is read through its door only' } },
  create: (context) => {
    const from = relative(root, context.filename).split(sep).join('/');
    if (ENVIRONMENT_DOORS.some((door) => from.startsWith(door))) return {};
    const message = `The environment is read in ${ENVIRONMENT_DOORS.slice(0, 2).join(' and ')} only.`;
    return {
      "MemberExpression[object.name='process'][property.name='env']": (node: Rule.Node) =>
        context.report({ node, message }),
      "MemberExpression[object.name='process'][property.value='env']": (node: Rule.Node) =>
        context.report({ node, message }),
      "ImportDeclaration[source.value='node:process']": (node: Rule.Node) =>
        context.report({ node, message }),
    };
  },
};

/** For eslint.config.js. */
export const architecturePlugin = { rules: { imports, environment } };
