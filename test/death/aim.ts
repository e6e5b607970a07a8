/** Which point is to be deadly, and how often each was passed and was deadly. */

/** `before POST /crm/…`, `after commit (answer)`. */
export type Point = string;

export type Aim = {
  /** Told of each point that a server passes; `true`: it has to die here. */
  readonly passes: (point: Point) => boolean;
  /** A point that was passed somewhere else, e.g. inside the server's own process. */
  readonly note: (point: Point, deaths: number) => void;
  readonly take: (point: Point) => void;
  readonly drop: () => void;
  readonly taken: () => Point | null;
  /** Forgets what was passed so far, e.g. by a first start. */
  readonly forget: () => void;
  readonly passed: () => ReadonlyMap<Point, number>;
  readonly deaths: () => ReadonlyMap<Point, number>;
};

export const createAim = (): Aim => {
  const passed = new Map<Point, number>();
  const deaths = new Map<Point, number>();
  let target: Point | null = null;
  const add = (counts: Map<Point, number>, point: Point, n: number): void =>
    void counts.set(point, (counts.get(point) ?? 0) + n);
  return {
    passes: (point) => {
      add(passed, point, 1);
      if (target !== point) return false;
      target = null;
      add(deaths, point, 1);
      return true;
    },
    note: (point, died) => {
      add(passed, point, 1);
      if (died === 0) return;
      if (target === point) target = null;
      add(deaths, point, died);
    },
    take: (point) => {
      target = point;
    },
    drop: () => {
      target = null;
    },
    taken: () => target,
    forget: () => passed.clear(),
    passed: () => passed,
    deaths: () => deaths,
  };
};

/** The points with their deaths, one a line. */
export const tableOf = (aim: Aim): string =>
  [...aim.passed().keys()]
    .sort()
    .map((point) => `  ${String(aim.deaths().get(point) ?? 0).padStart(3)} × ${point}`)
    .join('\n');
