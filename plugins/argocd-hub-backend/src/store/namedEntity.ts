import {
  type CompoundEntityRef,
  KubernetesValidatorFunctions as rules,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';

/** Three names of 63 characters with separators are shorter. */
const LONGEST = 255;

/**
 * The entity that an application names, in the form of `stringifyEntityRef`.
 * The default namespace may be left out, the kind only where there is a default.
 * Undefined where the text names none, also where the catalog would not let one
 * be called so.
 */
export function namedEntity(
  text: string,
  options: { defaultKind?: string } = {},
): string | undefined {
  const { defaultKind } = options;
  const hasKind = defaultKind !== undefined || text.includes(':');
  if (!hasKind || text.length > LONGEST) return undefined;
  try {
    const ref = stringifyEntityRef(parseEntityRef(text.trim(), options));
    return isPossible(parseEntityRef(ref)) ? ref : undefined;
  } catch {
    return undefined;
  }
}

function isPossible({ kind, namespace, name }: CompoundEntityRef): boolean {
  return (
    rules.isValidKind(kind) &&
    rules.isValidNamespace(namespace) &&
    rules.isValidObjectName(name)
  );
}
