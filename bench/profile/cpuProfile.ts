/** V8's CPU profiles, as Node writes them with `--cpu-prof`: samples, each with the stack that it was taken on. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const repoDir = path.resolve(import.meta.dirname, '../..');

type RawNode = {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
};

type RawProfile = {
  readonly nodes: readonly RawNode[];
  /** Microseconds on the machine's monotonic clock, which all processes share. */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

export type Frame = {
  /** As the source names it; V8's own words in brackets, e.g. `(idle)`. */
  readonly name: string;
  /** From the repository's root where it is a file of ours or a package; `node:…` of Node; empty for native code. */
  readonly file: string;
};

export type Sample = {
  /** From the outermost caller to where the processor was. */
  readonly stack: readonly Frame[];
  readonly micros: number;
};

/** The samples within a window of the monotonic clock. */
export const readSamples = async (
  file: string,
  window: { readonly fromMicros: number; readonly toMicros: number },
): Promise<readonly Sample[]> => {
  const profile = JSON.parse(await readFile(file, 'utf8')) as RawProfile;
  const stacks = stacksOf(profile.nodes);
  const samples: Sample[] = [];
  let at = profile.startTime;
  profile.samples.forEach((id, place) => {
    // A sample stands for the time until the next one.
    at += profile.timeDeltas[place] ?? 0;
    const micros = profile.timeDeltas[place + 1] ?? 0;
    if (at < window.fromMicros || at > window.toMicros || micros <= 0) return;
    samples.push({ stack: stacks.get(id) ?? [], micros });
  });
  return samples;
};

const stacksOf = (nodes: readonly RawNode[]): ReadonlyMap<number, readonly Frame[]> => {
  const stacks = new Map<number, readonly Frame[]>();
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const stackOf = (id: number): readonly Frame[] => {
    const known = stacks.get(id);
    if (known) return known;
    const node = byId.get(id);
    const parent = parents.get(id);
    const above = parent === undefined ? [] : stackOf(parent);
    const stack =
      node === undefined || node.callFrame.functionName === '(root)' ? above : [...above, toFrame(node)];
    stacks.set(id, stack);
    return stack;
  };
  for (const { id } of nodes) stackOf(id);
  return stacks;
};

const toFrame = ({ callFrame: { functionName, url } }: RawNode): Frame => ({
  name: functionName === '' ? '(anonymous)' : functionName,
  file: url.startsWith('file:')
    ? path.relative(repoDir, fileURLToPath(url)).split(path.sep).join('/')
    : path.isAbsolute(url)
      ? path.relative(repoDir, url).split(path.sep).join('/')
      : url,
});
