import { matchesSelector } from '../../labels';
import { checkKey, checkSet } from '../../selectorParser';
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

/**
 * The same for a selector of Kubernetes objects, which takes only what labels can
 * be. The one of a generator's parameters takes any text.
 */
export function checkLabelSelector(selector: LabelSelector | undefined): void {
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) {
    checkSet(checkKey(key), [value]);
  }
  checkSelector(selector);
  for (const { key, values = [] } of selector?.matchExpressions ?? []) {
    checkKey(key);
    if (values.length) checkSet(key, values);
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
