import { EMPTY_STATUS } from '../../../controllers/application/status';
import type { Application, ApplicationSpec } from '../../../types/argocd';
import type { ObjectMeta } from '../../../types/kubernetes';
import { decodeStruct } from '../../../goStruct';
import { invalidArgument } from '../../errors';
import { checkType, type GoType } from '../../goJson';

const TEXTS: GoType = { map: 'string' };

const SOURCE: GoType = {
  struct: 'ApplicationSource',
  fields: {
    repoURL: 'string',
    path: 'string',
    chart: 'string',
    targetRevision: 'string',
    ref: 'string',
    name: 'string',
    helm: 'any',
    kustomize: 'any',
    directory: 'any',
    plugin: 'any',
  },
};

export const SPEC: GoType = {
  struct: 'ApplicationSpec',
  fields: {
    source: SOURCE,
    sources: { list: SOURCE },
    destination: {
      struct: 'ApplicationDestination',
      fields: { server: 'string', namespace: 'string', name: 'string' },
    },
    project: 'string',
    syncPolicy: { struct: 'SyncPolicy', fields: { automated: 'any' } },
    revisionHistoryLimit: 'int64',
    ignoreDifferences: { list: 'any' },
    info: { list: 'any' },
  },
};

const APPLICATION: GoType = {
  struct: 'Application',
  fields: {
    metadata: {
      struct: 'ObjectMeta',
      fields: {
        name: 'string',
        namespace: 'string',
        labels: TEXTS,
        annotations: TEXTS,
        finalizers: { list: 'string' },
        resourceVersion: 'string',
      },
    },
    spec: SPEC,
    status: { struct: 'ApplicationStatus', fields: {} },
    operation: { struct: 'Operation', fields: {} },
  },
};

/** Go's reading of a body: other fields are dropped, wrong types a 400. */
export function decoded<T = Partial<Application>>(
  value: unknown,
  struct: string,
  path = '',
): T {
  try {
    return decodeStruct(value, struct, path) as T;
  } catch (error) {
    throw invalidArgument((error as Error).message);
  }
}

/** What a caller sent for an application, with every struct that Go always has. */
export function readApplication(body: unknown): Application {
  checkType(body, APPLICATION);
  const given = decoded(body ?? {}, 'v1alpha1Application');
  const metadata: Partial<ObjectMeta> = given.metadata ?? {};
  const operation = given.operation ?? undefined;
  return {
    metadata: { ...withoutNulls(metadata), name: metadata.name ?? '' },
    spec: readSpec(given.spec),
    status: { ...EMPTY_STATUS, ...given.status },
    ...(operation && { operation }),
  };
}

export function readSpec(spec: unknown): ApplicationSpec {
  checkType(spec, SPEC);
  const given = (spec ?? {}) as Partial<ApplicationSpec>;
  return {
    ...withoutNulls(given),
    destination: given.destination ?? {},
    project: given.project ?? '',
  };
}

function withoutNulls<T extends object>(value: T): T {
  const kept = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(kept) as T;
}

/** Fields where Go knows "not set" beside false and 0. */
const POINTERS = ['enabled', 'revisionHistoryLimit'];

/** Whether two values are the same to Go: a field of zero value is like none. */
export function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (key, each) => {
      const isZero = each === '' || each === false || each === 0;
      if (each === null || (isZero && key && !POINTERS.includes(key))) {
        return undefined;
      }
      if (typeof each !== 'object' || Array.isArray(each)) return each;
      return Object.fromEntries(
        Object.entries(each).sort(([x], [y]) => (x < y ? -1 : 1)),
      );
    }) ?? ''
  );
}
