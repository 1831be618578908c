import type { ApplicationSelection } from './ApplicationStore';

/** Of these values an application has one, or the selection does not take it. */
export interface RequiredValue {
  of:
    | { kind: 'name' | 'application-set' | 'project' }
    | { kind: 'label'; key: string }
    /** A label or an annotation. */
    | { kind: 'key'; key: string };
  /** Each once. */
  values: string[];
}

/** What is looked for first; undefined where a selection may take any application. */
export function requiredValue({
  match,
  project,
}: ApplicationSelection): RequiredValue | undefined {
  switch (match.kind) {
    case 'name':
    case 'application-set':
      return { of: { kind: match.kind }, values: [match.name] };
    case 'key':
      return { of: { kind: 'key', key: match.key }, values: [match.value] };
    default:
  }
  for (const term of match.terms) {
    if (term.operator === 'in') {
      const values = [...new Set(term.values)];
      return { of: { kind: 'label', key: term.key }, values };
    }
  }
  return project ? { of: { kind: 'project' }, values: [project] } : undefined;
}
