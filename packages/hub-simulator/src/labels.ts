import type { LabelSelector } from './types/kubernetes';

export { parseSelector } from './selectorParser';

type Labels = Record<string, string> | undefined;
type Requirement = { key: string; operator: string; values?: string[] };

/** Whether labels satisfy a Kubernetes LabelSelector object. */
export function matchesSelector(
  selector: LabelSelector | undefined,
  labels: Labels,
): boolean {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(
    ([key, value]) => ({ key, operator: 'In', values: [value] }),
  );
  const requirements = [...equal, ...(selector?.matchExpressions ?? [])];
  return requirements.every(requirement => satisfies(requirement, labels));
}

/** Whether a selector selects everything because it says nothing. */
export function isEmptySelector(selector: LabelSelector | undefined): boolean {
  return (
    !Object.keys(selector?.matchLabels ?? {}).length &&
    !selector?.matchExpressions?.length
  );
}

function satisfies(requirement: Requirement, labels: Labels): boolean {
  const value = labels?.[requirement.key];
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    // Only the query form of a selector has these.
    case 'gt':
      return compare(value, values[0]) > 0;
    case 'lt':
      return compare(value, values[0]) < 0;
    default:
      throw new Error(
        `"${requirement.operator}" is not a valid label selector operator`,
      );
  }
}

/** Not a number when either is none, so that no comparison holds. */
function compare(value: string | undefined, than: string): number {
  return /^[+-]?\d+$/.test(value ?? '') ? Number(value) - Number(than) : NaN;
}
