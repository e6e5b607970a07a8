/** A flame picture as SVG: callers above, what they call below, width is time. */

import { createElement, type ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { AREAS, areaOf } from './areas.ts';
import type { Frame, Sample } from './cpuProfile.ts';

type Node = { readonly frame: Frame | null; micros: number; readonly children: Map<string, Node> };

const WIDTH = 1_400;
const ROW = 17;
const TOP = 64;
const FONT = 11;
/** Pixels of one letter, about. */
const LETTER = 6.1;
/** Narrower boxes cannot be seen. */
const LEAST_WIDTH = 1.2;
const DEEPEST = 38;

/** The busy time of these samples; idle time is left out, since it would only take room. */
export const flamePicture = (samples: readonly Sample[], title: string): string => {
  const busy = samples.filter(({ stack }) => stack.at(-1)?.name !== '(idle)');
  const root = toTree(busy);
  const boxes: ReactElement[] = [];
  const depth = draw(root, 0, WIDTH / Math.max(1, root.micros), -1, boxes);
  const height = TOP + (depth + 1) * ROW + 8;
  const text = (x: number, y: number, content: string, size = FONT): ReactElement =>
    createElement('text', { key: `${x} ${y} ${content}`, x, y, fontSize: size, fill: '#212529' }, content);
  return renderToStaticMarkup(
    createElement(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        viewBox: `0 0 ${WIDTH} ${height}`,
        fontFamily: 'ui-sans-serif, system-ui, sans-serif',
        role: 'img',
      },
      createElement('title', null, title),
      createElement('rect', { width: WIDTH, height, fill: '#ffffff' }),
      text(8, 18, title, 14),
      ...legend(busy, text),
      ...boxes,
    ),
  );
};

const toTree = (samples: readonly Sample[]): Node => {
  const root: Node = { frame: null, micros: 0, children: new Map() };
  for (const { stack, micros } of samples) {
    root.micros += micros;
    let node = root;
    for (const frame of stack.slice(0, DEEPEST)) {
      const key = `${frame.name} ${frame.file}`;
      const child = node.children.get(key) ?? { frame, micros: 0, children: new Map<string, Node>() };
      node.children.set(key, child);
      child.micros += micros;
      node = child;
    }
  }
  return root;
};

/** Draws a node's box and its children below; returns the depth of the deepest box. */
const draw = (node: Node, x: number, scale: number, depth: number, boxes: ReactElement[]): number => {
  const width = node.micros * scale;
  if (width < LEAST_WIDTH) return depth - 1;
  if (node.frame !== null) boxes.push(box(node.frame, x, width, depth, node.micros));
  let deepest = depth;
  let left = x;
  for (const child of [...node.children.values()].sort((a, b) => b.micros - a.micros)) {
    deepest = Math.max(deepest, draw(child, left, scale, depth + 1, boxes));
    left += child.micros * scale;
  }
  return deepest;
};

const box = (frame: Frame, x: number, width: number, depth: number, micros: number): ReactElement => {
  const y = TOP + depth * ROW;
  const letters = Math.floor((width - 4) / LETTER);
  const file = frame.file.split('/').at(-1) ?? '';
  const label = `${frame.name} ${file}`.trim();
  return createElement(
    'g',
    { key: `${x} ${y}` },
    createElement('title', null, `${frame.name} ${frame.file} ${(micros / 1_000).toFixed(0)} ms`),
    createElement('rect', {
      x: x.toFixed(1),
      y,
      width: Math.max(0.5, width - 0.5).toFixed(1),
      height: ROW - 1,
      fill: areaOf(frame).colour,
    }),
    letters < 4
      ? null
      : createElement(
          'text',
          { x: (x + 2).toFixed(1), y: y + ROW - 5, fontSize: FONT },
          label.slice(0, letters),
        ),
  );
};

const legend = (
  samples: readonly Sample[],
  text: (x: number, y: number, content: string) => ReactElement,
): readonly ReactElement[] => {
  const there = new Set(samples.flatMap(({ stack }) => stack.map((frame) => areaOf(frame).area)));
  let x = 8;
  let y = 34;
  return AREAS.filter(({ area }) => there.has(area)).flatMap(({ area, colour }) => {
    const wide = 18 + area.length * LETTER + 12;
    if (x + wide > WIDTH) [x, y] = [8, y + 16];
    const at = x;
    x += wide;
    return [
      createElement('rect', { key: area, x: at, y: y - 9, width: 11, height: 11, fill: colour }),
      text(at + 15, y, area),
    ];
  });
};
