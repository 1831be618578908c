import { matchesGlob } from '../../glob';
import type { IgnoreDifference } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import { groupOf } from './objects';

/** Which fields of an object do not count, as JSON pointers. */
export function ignoredPointers(
  rules: readonly IgnoreDifference[] | undefined,
  object: GenericObject,
): string[] {
  const { name, namespace = '' } = object.metadata;
  return (rules ?? [])
    .filter(
      rule =>
        matchesGlob(rule.group ?? '', groupOf(object)) &&
        matchesGlob(rule.kind, object.kind ?? '') &&
        (!rule.name || rule.name === name) &&
        (!rule.namespace || rule.namespace === namespace),
    )
    .flatMap(rule => [
      ...(rule.jsonPointers ?? []),
      ...(rule.jqPathExpressions ?? []).flatMap(each => simplePath(each) ?? []),
    ]);
}

/** Of jq only paths such as `.spec.replicas` and `.metadata.labels["a/b"]` are known. */
function simplePath(expression: string): string | undefined {
  const step = /\.([A-Za-z_]\w*)|\.?\[(?:"([^"]*)"|(\d+))\]/y;
  const path: string[] = [];
  while (step.lastIndex < expression.length) {
    const found = step.exec(expression);
    if (!found) return undefined;
    const key = found[1] ?? found[2] ?? found[3];
    path.push(key.replace(/~/g, '~0').replace(/\//g, '~1'));
  }
  return path.length ? `/${path.join('/')}` : undefined;
}
