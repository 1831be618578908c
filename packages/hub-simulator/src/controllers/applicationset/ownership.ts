import type { ApplicationSet } from '../../types/applicationset';
import type { ObjectMeta, OwnerReference } from '../../types/kubernetes';

/** The reference to a set that its applications carry. */
export function ownerReferenceOf({ metadata }: ApplicationSet): OwnerReference {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    name: metadata.name,
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The set that controls an application. */
export function controllerOf({
  ownerReferences,
}: ObjectMeta): OwnerReference | undefined {
  const owner = ownerReferences?.find(({ controller }) => controller);
  return owner?.kind === 'ApplicationSet' ? owner : undefined;
}

/** The owners of an application with a set among them. Throws when another controls it. */
export function withOwner(
  metadata: ObjectMeta,
  reference: OwnerReference,
): OwnerReference[] {
  const { name, namespace, ownerReferences = [] } = metadata;
  const other = ownerReferences.find(
    ({ controller, uid }) => controller && uid !== reference.uid,
  );
  if (
    other &&
    (other.kind !== reference.kind || other.name !== reference.name)
  ) {
    throw new Error(
      `error while wrapping using MutateFn: Object ${namespace}/${name} is already owned by another ${other.kind} controller ${other.name}`,
    );
  }
  const others = ownerReferences.filter(
    ({ kind, name: owner }) =>
      kind !== reference.kind || owner !== reference.name,
  );
  return [...others, reference];
}
