import type { GenericObject } from '../../types/kubernetes';
import { forbiddenField, invalid, type FieldError } from '../fieldErrors';
import type { ResourceType } from '../resources';
import type { SpokeStore } from '../SpokeStore';
import { badRequest, forbidden, notFound, StatusError } from '../status';
import {
  checkConfigMap,
  checkDeployment,
  checkJob,
  checkSecret,
  defaultDeployment,
  defaultNamespace,
  defaultSecret,
} from './core';
import { checkAnnotations, checkLabels, checkName } from './names';
import { checkBinding, checkRules, defaultBinding } from './rbac';

/** Fills in what the API server fills in. */
export function withDefaults(
  type: ResourceType,
  object: GenericObject,
): GenericObject {
  switch (type.kind) {
    case 'Namespace':
      return defaultNamespace(object);
    case 'Secret':
      return defaultSecret(object);
    case 'Deployment':
      return defaultDeployment(object);
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return defaultBinding(object);
    default:
      return object;
  }
}

/** Throws 422 with everything that is wrong with an object. */
export function validate(
  type: ResourceType,
  object: GenericObject,
  before?: GenericObject,
): void {
  const { metadata } = object;
  const errors = [
    ...checkName(type.names ?? 'subdomain', metadata.name),
    ...checkLabels('metadata.labels', metadata.labels),
    ...checkAnnotations(metadata.annotations),
    ...checkFinalizers(object, before),
    ...checkKind(type, object, before),
  ];
  if (errors.length) throw invalid(type, metadata.name, errors);
}

/** The namespace of a body is the one of the path; what has none in its path gets rid of it. */
export function inNamespace(
  object: GenericObject,
  namespace: string | undefined,
): GenericObject {
  const given = object.metadata.namespace;
  if (given && namespace && given !== namespace) {
    throw badRequest(
      `the namespace of the provided object does not match the namespace sent on the request`,
    );
  }
  if (given === namespace) return object;
  const { namespace: _, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: { ...metadata, ...(namespace && { namespace }) },
  };
}

/** New objects need their namespace, and one that stays. */
export function checkNamespace(
  store: SpokeStore,
  type: ResourceType,
  { metadata }: GenericObject,
): void {
  const { name, namespace } = metadata;
  if (!namespace) return;
  const found = store.of('namespaces').get(namespace);
  if (!found) throw notFound({ group: '', resource: 'namespaces' }, namespace);
  if (!found.metadata.deletionTimestamp) return;
  const error = forbidden(
    type,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  );
  throw new StatusError(error.code, error.reason, error.message, {
    ...error.details,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}

function checkKind(
  type: ResourceType,
  object: GenericObject,
  before: GenericObject | undefined,
): FieldError[] {
  switch (type.kind) {
    case 'Secret':
      return checkSecret(object, before);
    case 'ConfigMap':
      return checkConfigMap(object, before);
    case 'Deployment':
      return checkDeployment(object, before);
    case 'Job':
      return checkJob(object);
    case 'Role':
    case 'ClusterRole':
      return checkRules(object);
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return checkBinding(object, before);
    default:
      return [];
  }
}

function checkFinalizers(
  { metadata }: GenericObject,
  before: GenericObject | undefined,
): FieldError[] {
  if (!before?.metadata.deletionTimestamp) return [];
  const had = before.metadata.finalizers ?? [];
  const added = metadata.finalizers?.filter(each => !had.includes(each)) ?? [];
  if (!added.length) return [];
  const list = added.map(each => JSON.stringify(each)).join(', ');
  return [
    forbiddenField(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    ),
  ];
}
