import type { GenericObject } from '../types/kubernetes';

/** Whether an object satisfies a field selector such as `metadata.name=a,type!=b`. */
export function matchesFields(
  selector: string,
  object: GenericObject,
): boolean {
  return selector
    .split(',')
    .filter(Boolean)
    .every(term => {
      const [, path, operator, value] =
        /^([^=!]+)(!=|==?)(.*)$/.exec(term) ?? [];
      if (!path) return false;
      const equal = String(valueAt(object, path) ?? '') === value;
      return operator === '!=' ? !equal : equal;
    });
}

function valueAt(object: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      object,
    );
}
