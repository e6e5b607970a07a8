/** The figures as people read them. */

import type { Figures } from './bench.ts';
import { FIGURES, isMet, targetText } from './targets.ts';

const show = (value: number | string | undefined, unit: string): string => {
  if (typeof value !== 'number') return '';
  const text = value >= 10_000 ? value.toLocaleString('en') : String(value);
  return `${text}${unit === '' || unit === '/s' ? unit : ` ${unit}`}`;
};

type Line = readonly [
  figure: string,
  value: string,
  plain: string,
  target: string,
  verdict: string,
  what: string,
];

const HEAD: Line = ['figure', 'ours', 'plain', 'target', '', 'what'];

const linesOf = (figures: Figures): readonly Line[] =>
  FIGURES.filter(({ name }) => name in figures).map((row) => {
    const met = isMet(row, figures);
    return [
      row.name,
      show(figures[row.name], row.unit),
      row.plain === null ? '' : show(figures[row.plain], row.unit),
      targetText(row, figures),
      met === null ? '' : met ? '✓' : '✗',
      row.what,
    ];
  });

/** The table, with ours beside the plain handler, and how many targets are missed. */
export const table = (figures: Figures): string => {
  const lines = [HEAD, ...linesOf(figures)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => {
        const room = ' '.repeat((widths[column] ?? 0) - cell.length);
        return column === 1 || column === 2 ? room + cell : cell + room;
      })
      .join('  ')
      .trimEnd(),
  );
  const missed = FIGURES.filter((row) => isMet(row, figures) === false);
  const verdict =
    missed.length === 0
      ? 'Every target that was measured is met.'
      : `${missed.length} ${missed.length === 1 ? 'target is' : 'targets are'} missed: ${missed.map(({ name }) => name).join(', ')}.`;
  return `${text.join('\n')}\n\n${verdict}`;
};
