/**
 * How likely chance alone is to bring about what was counted: exact tails, so that they hold for four leads as well as for
 * four thousand, and the correction for looking at many things at once.
 */

/** ln(n!) for n from 0 on; grows with what is asked for. */
const LOG_FACTORIALS: number[] = [0];

function logFactorial(n: number): number {
  for (let next = LOG_FACTORIALS.length; next <= n; next += 1)
    LOG_FACTORIALS.push((LOG_FACTORIALS[next - 1] ?? 0) + Math.log(next));
  return LOG_FACTORIALS[n] ?? 0;
}

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/** The chance of `hits` or more out of `trials`, where each is a hit with probability `rate`. */
export function binomialTail(hits: number, trials: number, rate: number): number {
  if (hits <= 0) return 1;
  if (hits > trials || rate <= 0) return 0;
  if (rate >= 1) return 1;
  let sum = 0;
  // The smallest terms first: adding them to a large sum would lose them.
  for (let k = trials; k >= hits; k -= 1)
    sum += Math.exp(logChoose(trials, k) + k * Math.log(rate) + (trials - k) * Math.log1p(-rate));
  return Math.min(1, sum);
}

export type Split = { readonly hits: number; readonly misses: number };

/**
 * Fisher's exact test, one-sided: the chance that `now` has so many hits or more, where hits and misses of both are dealt
 * out between `now` and `before` at random.
 */
export function fisherTail(now: Split, before: Split): number {
  const trials = now.hits + now.misses;
  const others = before.hits + before.misses;
  const hits = now.hits + before.hits;
  const all = logChoose(trials + others, hits);
  let sum = 0;
  for (let k = Math.min(trials, hits); k >= now.hits; k -= 1) {
    if (hits - k > others) break;
    sum += Math.exp(logChoose(trials, k) + logChoose(others, hits - k) - all);
  }
  return Math.min(1, sum);
}

/**
 * Holm's step-down: which of these chances are small enough that, of all of them together, even one false alarm has a
 * chance of `alpha` at most. In the order given.
 */
export function beyondChance(chances: readonly number[], alpha: number): readonly boolean[] {
  const order = chances.map((chance, place) => ({ chance, place })).sort((a, b) => a.chance - b.chance);
  const first = order.findIndex(({ chance }, rank) => chance * (chances.length - rank) > alpha);
  const found = new Set(order.slice(0, first === -1 ? order.length : first).map(({ place }) => place));
  return chances.map((_, place) => found.has(place));
}
