import type { GenericObject } from '../types/kubernetes';
import { apiVersion, type ResourceType } from './resources';
import type { SpokeStore } from './SpokeStore';
import { badRequest, forbidden, invalid, notFound } from './status';

const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
/** RBAC names may be anything that fits into a path. */
const PATH_SEGMENT = /^(?!\.\.?$)[^/%]+$/;
const ACCOUNT = 'kubernetes.io/service-account.name';

/** Checks a new or changed object and fills in what the API server fills in. */
export function admit(
  store: SpokeStore,
  type: ResourceType,
  object: GenericObject,
  namespace: string | undefined,
): GenericObject {
  checkShape(type, object, namespace);
  if (namespace) checkNamespace(store, type, object, namespace);
  const admitted: GenericObject = {
    ...object,
    metadata: { ...object.metadata, ...(namespace && { namespace }) },
  };
  switch (type.resource) {
    case 'namespaces':
      return {
        ...admitted,
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      };
    case 'secrets':
      return admitSecret(admitted);
    case 'deployments':
      return admitDeployment(admitted);
    default:
      return admitted;
  }
}

function checkShape(
  type: ResourceType,
  object: GenericObject,
  namespace: string | undefined,
): void {
  const expected = apiVersion(type);
  if (object.apiVersion !== expected || object.kind !== type.kind) {
    throw badRequest(
      `the API version in the data (${object.apiVersion}, Kind=${object.kind}) does not match the expected API version (${expected}, Kind=${type.kind})`,
    );
  }
  const given = object.metadata.namespace;
  if (given && given !== namespace) {
    throw badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
  const { name } = object.metadata;
  const allowed = type.group.startsWith('rbac.') ? PATH_SEGMENT : NAME;
  if (!name) {
    throw invalid(
      type.kind,
      '',
      'metadata.name: Required value: name or generateName is required',
    );
  }
  if (!allowed.test(name) || name.length > 253) {
    throw invalid(
      type.kind,
      name,
      `metadata.name: Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    );
  }
}

function checkNamespace(
  store: SpokeStore,
  type: ResourceType,
  object: GenericObject,
  namespace: string,
): void {
  const found = store.of('namespaces').get(namespace);
  if (!found) throw notFound({ group: '', resource: 'namespaces' }, namespace);
  if (found.metadata.deletionTimestamp) {
    throw forbidden(
      type,
      object.metadata.name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
  }
}

function admitSecret(object: GenericObject): GenericObject {
  const { stringData, ...secret } = object;
  const kind = (secret.type as string | undefined) ?? 'Opaque';
  if (
    kind === 'kubernetes.io/service-account-token' &&
    !object.metadata.annotations?.[ACCOUNT]
  ) {
    throw invalid(
      'Secret',
      object.metadata.name,
      `metadata.annotations[${ACCOUNT}]: Required value`,
    );
  }
  const encoded = Object.entries(
    (stringData ?? {}) as Record<string, string>,
  ).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    ...secret,
    type: kind,
    data: { ...(secret.data as object), ...Object.fromEntries(encoded) },
  };
}

function admitDeployment(object: GenericObject): GenericObject {
  const spec = (object.spec ?? {}) as Record<string, unknown>;
  if (!spec.template || !spec.selector) {
    throw invalid(
      'Deployment',
      object.metadata.name,
      'spec.template: Required value',
    );
  }
  return { ...object, spec: { replicas: 1, ...spec } };
}
