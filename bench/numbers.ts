/** Few numbers out of many. */

/** The smallest number that at least this share of the others does not exceed (nearest rank). */
export const quantile = (numbers: readonly number[], share: number): number => {
  if (numbers.length === 0) return Number.NaN;
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};

/** Rounded to so many digits that count. */
export const rounded = (number: number, digits = 3): number => Number(number.toPrecision(digits));
