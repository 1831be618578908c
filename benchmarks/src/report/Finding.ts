/** What a number has to be. */
export type Target = { atLeast: number } | { atMost: number };

/** One line of the table. */
export interface Finding {
  topic: string;
  what: string;
  /** not a number where it could not be measured; `detail` says why */
  value: number;
  /** `x` for ratios */
  unit: string;
  target?: Target;
  /** the figures behind it: of this machine, and no claim */
  detail?: string;
}

export type Verdict = 'met' | 'missed' | '';

/** What could not be measured has not met its target. */
export function verdictOf({ value, target }: Finding): Verdict {
  if (!target) return '';
  const met =
    'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
  return met ? 'met' : 'missed';
}

export function targetText({ target, unit }: Finding): string {
  if (!target) return '';
  const [sign, number] =
    'atLeast' in target ? ['≥', target.atLeast] : ['≤', target.atMost];
  return `${sign} ${amount(number, unit)}`;
}

/** A number as people read it, with its unit. */
export function amount(value: number, unit: string): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 || value === 0 ? 0 : 2;
  const text = Number(value.toFixed(digits)).toLocaleString('en-US');
  return unit === 'x' ? `${text}x` : `${text} ${unit}`.trim();
}
