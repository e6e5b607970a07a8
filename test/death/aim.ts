/** Which points are deadly, and how often each was passed and was deadly. */

/** `before POST /crm/…`, `after commit of an answer`. */
export type Point = string;

/** A value, since the process that dies has to know it too. */
export type Rule = {
  /** The one point that is deadly; `null`: every one, whether it was passed before or not. */
  readonly only: Point | null;
  /** A point that was deadly so often is so no more. */
  readonly times: number;
  /** Those of which it takes more. */
  readonly timesOf: Readonly<Record<Point, number>>;
  /** Of so many passings of a deadly point one is, so that longer runs do not always die at the first. */
  readonly oneIn: number;
};

export type Order = { readonly rule: Rule | null; readonly deaths: Readonly<Record<Point, number>> };

/**
 * @param draw a number from 0 to 1, 1 left out
 */
export const isDeadly = ({ rule, deaths }: Order, point: Point, draw: () => number): boolean =>
  rule !== null &&
  (rule.only === null || rule.only === point) &&
  (deaths[point] ?? 0) < Math.max(rule.times, rule.timesOf[point] ?? 0) &&
  draw() * rule.oneIn < 1;

export type Aim = {
  /** Told of each point that a server passes; `true`: it has to die here. */
  readonly passes: (point: Point) => boolean;
  /** A point that was passed in the server's own process. */
  readonly note: (point: Point, died: boolean) => void;
  /** From now on this is deadly; `null`: nothing. */
  readonly arm: (rule: Rule | null) => void;
  readonly order: () => Order;
  /** Forgets what was passed so far, e.g. by a first start. */
  readonly forget: () => void;
  readonly passed: () => ReadonlySet<Point>;
  readonly deathsAt: (point: Point) => number;
};

export const createAim = (draw: () => number): Aim => {
  const passed = new Set<Point>();
  const deaths = new Map<Point, number>();
  let rule: Rule | null = null;
  const order = (): Order => ({ rule, deaths: Object.fromEntries(deaths) });
  const note = (point: Point, died: boolean): void => {
    passed.add(point);
    if (died) deaths.set(point, (deaths.get(point) ?? 0) + 1);
  };
  return {
    passes: (point) => {
      const died = isDeadly(order(), point, draw);
      note(point, died);
      return died;
    },
    note,
    arm: (next) => {
      rule = next;
    },
    order,
    forget: () => passed.clear(),
    passed: () => passed,
    deathsAt: (point) => deaths.get(point) ?? 0,
  };
};

/** The points with their deaths, one a line. */
export const tableOf = (aim: Aim): string =>
  [...aim.passed()]
    .sort()
    .map((point) => `  ${String(aim.deathsAt(point)).padStart(3)} × ${point}`)
    .join('\n');
