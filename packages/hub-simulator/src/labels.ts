import type { LabelSelector } from './types/kubernetes';

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

/**
 * Reads the query form of a selector (`a=b,c!=d,e in (f,g),!h,i`).
 * Throws an Error whose text names the part that makes no sense.
 */
export function parseSelector(text: string): LabelSelector {
  return {
    matchExpressions: splitOutsideParentheses(text)
      .map(part => part.trim())
      .filter(Boolean)
      .map(parseRequirement),
  };
}

function parseRequirement(part: string): Requirement {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part);
  if (set) {
    return {
      key: set[1],
      operator: set[2] === 'in' ? 'In' : 'NotIn',
      values: set[3].split(',').map(value => value.trim()),
    };
  }
  const pair = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(part);
  if (pair) {
    return {
      key: pair[1],
      operator: pair[2] === '!=' ? 'NotIn' : 'In',
      values: [pair[3]],
    };
  }
  const exists = /^(!?)([^\s=!()]+)$/.exec(part);
  if (!exists) throw new Error(`unable to parse requirement: ${part}`);
  return { key: exists[2], operator: exists[1] ? 'DoesNotExist' : 'Exists' };
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
    default:
      throw new Error(
        `"${requirement.operator}" is not a valid label selector operator`,
      );
  }
}

function splitOutsideParentheses(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}
