/** The figures as a picture: a few bars for each question, ours beside the plain handler, the target as a line. */

import { createElement, type ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Figures } from './bench.ts';

type Bar = { readonly label: string; readonly figure: string; readonly whose: 'ours' | 'plain' };

type Panel = {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  /** Where the target lies, by these figures; `null` where there is none. */
  readonly target: (figures: Figures) => { readonly value: number; readonly label: string } | null;
};

const ours = (label: string, figure: string): Bar => ({ label, figure, whose: 'ours' });
const plain = (figure: string): Bar => ({ label: 'plain handler', figure, whose: 'plain' });

const at = (value: number, label: string) => () => ({ value, label });

const PANELS: readonly Panel[] = [
  {
    title: 'Rejections acknowledged in a second, 16 callers (more is better)',
    unit: '/s',
    bars: [
      ours('PostgreSQL', 'acks_per_s.postgres'),
      ours('embedded', 'acks_per_s.pglite'),
      plain('plain.acks_per_s'),
    ],
    target: (figures) => {
      const value = figures['plain.acks_per_s'];
      return typeof value === 'number' ? { value: 2 * value, label: 'PostgreSQL ≥ 2 × plain' } : null;
    },
  },
  {
    title: 'What 99 of 100 reps wait at most (less is better)',
    unit: ' ms',
    bars: [
      ours('PostgreSQL', 'ack_p99_ms.postgres'),
      ours('embedded', 'ack_p99_ms.pglite'),
      plain('ack_p99_ms.plain'),
    ],
    target: at(50, 'PostgreSQL ≤ 50'),
  },
  {
    title: '600 at once, 190 calls in ten seconds: until HubSpot holds all (less is better)',
    unit: ' s',
    bars: [ours('ours', 'burst600_s'), plain('plain.burst600_s')],
    target: at(3, '≤ 3'),
  },
  {
    title: 'Calls to HubSpot for 1,000 rejections (less is better)',
    unit: '',
    bars: [ours('ours, all steps', 'calls_per_1000'), plain('plain.calls_per_1000')],
    target: () => null,
  },
  {
    title: '40,000 leads at 110 calls in ten seconds: carried out in a second (more is better)',
    unit: '/s',
    bars: [ours('ours', 'sustained_per_s_110'), { ...ours('ceiling', 'ceiling_per_s_110'), whose: 'plain' }],
    target: (figures) => {
      const value = figures['ceiling_per_s_110'];
      return typeof value === 'number' ? { value: 0.85 * value, label: '≥ 0.85 of the ceiling' } : null;
    },
  },
];

const WIDTH = 900;
const LEFT = 130;
const RIGHT = 120;
const BAR = 20;
const GAP = 5;
const HEAD = 34;
const FOOT = 26;
const COLOUR = { ours: '#2f9e44', plain: '#adb5bd' } as const;

/** The chart of docs/performance.md. Questions that the run did not ask are left out. */
export const figuresChart = (figures: Figures): string => {
  const panels = PANELS.filter(({ bars }) => bars.some(({ figure }) => typeof figures[figure] === 'number'));
  let y = 8;
  const drawn = panels.map((panel) => {
    const top = y;
    const bars = panel.bars.filter(({ figure }) => typeof figures[figure] === 'number');
    y += HEAD + bars.length * (BAR + GAP) + FOOT;
    return drawPanel({ ...panel, bars }, figures, top);
  });
  return renderToStaticMarkup(
    createElement(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        viewBox: `0 0 ${WIDTH} ${y}`,
        fontFamily: 'ui-sans-serif, system-ui, sans-serif',
        fontSize: 13,
        fill: '#212529',
        role: 'img',
      },
      createElement('title', null, 'The figures of npm run bench, ours beside the plain handler'),
      createElement('rect', { width: WIDTH, height: y, fill: '#ffffff' }),
      ...drawn,
    ),
  );
};

const drawPanel = (panel: Panel, figures: Figures, top: number): ReactElement => {
  const values = panel.bars.map(({ figure }) => Number(figures[figure]));
  const target = panel.target(figures);
  const most = Math.max(...values, target?.value ?? 0);
  const widthOf = (value: number): number => ((WIDTH - LEFT - RIGHT) * value) / most;
  const bottom = top + HEAD + values.length * (BAR + GAP);
  return createElement(
    'g',
    { key: panel.title },
    createElement('text', { x: 12, y: top + 22, fontSize: 14, fontWeight: 600 }, panel.title),
    ...panel.bars.flatMap(({ label, whose }, place) => {
      const y = top + HEAD + place * (BAR + GAP);
      const value = values[place] ?? 0;
      const shown = `${value.toLocaleString('en')}${panel.unit}`;
      return [
        createElement('text', { key: label, x: LEFT - 8, y: y + 15, textAnchor: 'end' }, label),
        createElement('rect', {
          key: `${label} bar`,
          x: LEFT,
          y,
          width: widthOf(value).toFixed(1),
          height: BAR,
          fill: COLOUR[whose],
        }),
        createElement('text', { key: `${label} value`, x: LEFT + widthOf(value) + 6, y: y + 15 }, shown),
      ];
    }),
    target === null ? null : targetLine(target.label, LEFT + widthOf(target.value), top + HEAD - 4, bottom),
  );
};

const targetLine = (label: string, x: number, from: number, to: number): ReactElement =>
  createElement(
    'g',
    { key: 'target' },
    createElement('line', { x1: x, x2: x, y1: from, y2: to, stroke: '#e03131', strokeDasharray: '4 3' }),
    createElement(
      'text',
      { x, y: to + 13, fontSize: 11, fill: '#e03131', textAnchor: x > WIDTH / 2 ? 'end' : 'start' },
      label,
    ),
  );
