/** A Kubernetes label selector, as ApplicationSets hold it. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: LabelExpression[];
}

export interface LabelExpression {
  key: string;
  /** `In`, `NotIn`, `Exists`, `DoesNotExist`; another one matches nothing. */
  operator: string;
  values?: string[];
}

/** A term of a selector that labels do not satisfy. */
export interface FailedTerm extends LabelExpression {
  values: string[];
  /** The value that the label has; absent where there is no such label. */
  actual?: string;
}

/** Whether labels satisfy a selector. An operator that is not known matches nothing. */
export function matchesSelector(
  selector: LabelSelector | undefined,
  labels: Record<string, string>,
): boolean {
  return termsOf(selector).every(term => satisfies(labels, term));
}

/** The terms that labels do not satisfy; those of `matchLabels` are told as `In`. */
export function failedTerms(
  selector: LabelSelector | undefined,
  labels: Record<string, string>,
): FailedTerm[] {
  return termsOf(selector)
    .filter(term => !satisfies(labels, term))
    .map(({ key, operator, values = [] }) => {
      const actual = valueOf(labels, key);
      return {
        key,
        operator,
        values,
        ...(actual !== undefined && { actual }),
      };
    });
}

/** Whether a selector selects everything. */
export function isEmptySelector(selector: LabelSelector | undefined): boolean {
  return termsOf(selector).length === 0;
}

function termsOf(selector: LabelSelector | undefined): LabelExpression[] {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return [
    ...Object.entries(matchLabels).map(([key, value]) => ({
      key,
      operator: 'In',
      values: [value],
    })),
    ...matchExpressions,
  ];
}

function satisfies(
  labels: Record<string, string>,
  { key, operator, values = [] }: LabelExpression,
): boolean {
  const value = valueOf(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

function valueOf(labels: Record<string, string>, key: string) {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
