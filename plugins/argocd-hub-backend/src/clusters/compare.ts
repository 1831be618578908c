import { isDeepStrictEqual } from 'node:util';
import { MANAGED_BY, MANAGED_BY_LABEL } from './manifests';
import type { KubeObject } from './spoke/types';

/** What has to happen to an object so that it is as planned. */
export type ObjectStep =
  | { action: 'keep'; planned: KubeObject; current: KubeObject }
  | { action: 'create'; planned: KubeObject }
  | { action: 'replace'; planned: KubeObject; current: KubeObject }
  /** Somebody else's, and not as planned. */
  | { action: 'refuse'; planned: KubeObject; why: string };

/** Fields that hold what an object is for; everything else belongs to the cluster. */
const CONTENT = ['rules', 'subjects', 'roleRef', 'type'];

/** Compares a planned object with the one that the cluster has. */
export function compareObject(
  planned: KubeObject,
  current: KubeObject | undefined,
): ObjectStep {
  if (!current) return { action: 'create', planned };
  // A namespace is used as it is: it may be anyone's.
  if (planned.kind === 'Namespace' || isAsPlanned(planned, current)) {
    return { action: 'keep', planned, current };
  }
  if (current.metadata.labels?.[MANAGED_BY_LABEL] !== MANAGED_BY) {
    return { action: 'refuse', planned, why: 'exists and was made by others' };
  }
  if (!isDeepStrictEqual(planned.roleRef, current.roleRef)) {
    return {
      action: 'refuse',
      planned,
      why: 'exists with another role, which cannot be changed; delete it',
    };
  }
  return { action: 'replace', planned, current };
}

/** The object to send so that the cluster has what is planned and keeps the rest. */
export function replacement(
  planned: KubeObject,
  current: KubeObject,
): KubeObject {
  return {
    ...current,
    ...planned,
    metadata: {
      ...current.metadata,
      labels: { ...current.metadata.labels, ...planned.metadata.labels },
      annotations: {
        ...current.metadata.annotations,
        ...planned.metadata.annotations,
      },
    },
  };
}

function isAsPlanned(planned: KubeObject, current: KubeObject): boolean {
  const { annotations = {} } = planned.metadata;
  return (
    CONTENT.filter(field => field in planned).every(field =>
      isDeepStrictEqual(planned[field], current[field]),
    ) &&
    Object.entries(annotations).every(
      ([key, value]) => current.metadata.annotations?.[key] === value,
    )
  );
}
