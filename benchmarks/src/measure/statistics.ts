/**
 * The value below which a share of the numbers lies, by the nearest rank.
 *
 * @param share from 0 to 1
 */
export function percentile(numbers: number[], share: number): number {
  if (numbers.length === 0) return NaN;
  const sorted = [...numbers].sort((a, b) => a - b);
  const rank = Math.ceil(share * sorted.length) - 1;
  return sorted[Math.min(Math.max(rank, 0), sorted.length - 1)];
}

/** The middle one; of an even count the mean of the two in the middle. */
export function median(numbers: number[]): number {
  if (numbers.length === 0) return NaN;
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2
    ? sorted[half]
    : (sorted[half - 1] + sorted[half]) / 2;
}

/** Three digits are more than a shared machine can tell. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
