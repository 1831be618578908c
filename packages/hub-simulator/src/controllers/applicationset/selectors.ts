import { matchesSelector } from '../../labels';
import type { LabelSelector } from '../../types/kubernetes';
import { sprint } from './gotemplate/format';
import { isMap } from './gotemplate/values';
import type { Parameters } from './rendering';

/** Throws Kubernetes' sentence about a selector that makes no sense. */
export function checkSelector(selector: LabelSelector | undefined): void {
  for (const { operator, values = [] } of selector?.matchExpressions ?? []) {
    const isSet = operator === 'In' || operator === 'NotIn';
    if (!isSet && operator !== 'Exists' && operator !== 'DoesNotExist') {
      throw new Error(`"${operator}" is not a valid label selector operator`);
    }
    if (isSet && !values.length) {
      throw new Error(
        "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
      );
    }
    if (!isSet && values.length) {
      throw new Error(
        `values: Invalid value: ${JSON.stringify(
          values,
        )}: values set must be empty for exists and does not exist`,
      );
    }
  }
}

/** Whether parameters get past the `selector` of a generator. */
export function passesSelector(
  selector: LabelSelector | undefined,
  parameters: Parameters,
): boolean {
  return !selector || matchesSelector(selector, flatten(parameters, ''));
}

/** Nested parameters with their keys joined by dots, values as Go prints them. */
function flatten(value: unknown, prefix: string): Record<string, string> {
  const isList = Array.isArray(value);
  if (!isList && !isMap(value)) return { [prefix]: sprint(value ?? null) };
  const parts = Object.entries(value as object).map(([key, item]) =>
    flatten(item, prefix ? `${prefix}.${key}` : key),
  );
  return Object.assign({}, ...parts);
}
