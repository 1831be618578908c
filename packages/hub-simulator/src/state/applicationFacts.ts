import type { Application } from '../types/argocd';
import { CONTROL_PLANE } from './names';

/** What lists and streams ask of every application, ready without parsing it. */
export interface ApplicationFacts {
  /** `default` when the application names none */
  project: string;
  /** repository of the first source, '' when there is none */
  repository: string;
  /** the object of RBAC: the namespace counts outside the control plane */
  rbacObject: string;
}

export function applicationFacts({
  metadata,
  spec,
}: Application): ApplicationFacts {
  const { name, namespace } = metadata;
  const project = spec.project || 'default';
  return {
    project,
    repository: (spec.sources?.[0] ?? spec.source)?.repoURL ?? '',
    rbacObject:
      namespace === CONTROL_PLANE
        ? `${project}/${name}`
        : `${project}/${namespace}/${name}`,
  };
}
