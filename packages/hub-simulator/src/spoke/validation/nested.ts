import type { GenericObject } from '../../types/kubernetes';
import type { Mistyped } from './types';

type Leaf = 'string' | 'bool' | 'int32' | '[]string' | 'map[string]string';
type Field = Leaf | Struct | { list: Struct };

/** The fields of a Go struct that are read here; others are kept as they come. */
interface Struct {
  name: string;
  fields: Record<string, Field>;
}

const struct = (name: string, fields: Record<string, Field>): Struct => ({
  name,
  fields,
});

const REFERENCE = {
  kind: 'string',
  apiVersion: 'string',
  name: 'string',
  namespace: 'string',
  uid: 'string',
} as const;
const CONTAINER = struct('Container', {
  name: 'string',
  image: 'string',
  command: '[]string',
  args: '[]string',
  ports: { list: struct('ContainerPort', { containerPort: 'int32' }) },
  env: { list: struct('EnvVar', { name: 'string', value: 'string' }) },
});
const POD = struct('PodSpec', {
  containers: { list: CONTAINER },
  initContainers: { list: CONTAINER },
  restartPolicy: 'string',
  serviceAccountName: 'string',
  nodeName: 'string',
});
const TEMPLATE = struct('PodTemplateSpec', {
  metadata: struct('ObjectMeta', {
    labels: 'map[string]string',
    annotations: 'map[string]string',
  }),
  spec: POD,
});
const SELECTOR = struct('LabelSelector', {
  matchLabels: 'map[string]string',
  matchExpressions: {
    list: struct('LabelSelectorRequirement', {
      key: 'string',
      operator: 'string',
      values: '[]string',
    }),
  },
});
const workload = (kind: string): Record<string, Field> => ({
  spec: struct(`${kind}Spec`, {
    replicas: 'int32',
    parallelism: 'int32',
    completions: 'int32',
    backoffLimit: 'int32',
    selector: SELECTOR,
    template: TEMPLATE,
  }),
});
const RULES = {
  rules: {
    list: struct('PolicyRule', {
      verbs: '[]string',
      apiGroups: '[]string',
      resources: '[]string',
      resourceNames: '[]string',
      nonResourceURLs: '[]string',
    }),
  },
} as const;
const BINDING = {
  subjects: {
    list: struct('Subject', {
      kind: 'string',
      apiGroup: 'string',
      name: 'string',
      namespace: 'string',
    }),
  },
  roleRef: struct('RoleRef', {
    apiGroup: 'string',
    kind: 'string',
    name: 'string',
  }),
} as const;
const KINDS: Record<string, Record<string, Field>> = {
  Namespace: { spec: struct('NamespaceSpec', { finalizers: '[]string' }) },
  Secret: { type: 'string', immutable: 'bool' },
  ConfigMap: { immutable: 'bool' },
  ServiceAccount: {
    secrets: { list: struct('ObjectReference', REFERENCE) },
    imagePullSecrets: {
      list: struct('LocalObjectReference', { name: 'string' }),
    },
  },
  Event: {
    involvedObject: struct('ObjectReference', REFERENCE),
    source: struct('EventSource', { component: 'string', host: 'string' }),
    reason: 'string',
    message: 'string',
    type: 'string',
    count: 'int32',
    action: 'string',
    reportingComponent: 'string',
    reportingInstance: 'string',
  },
  Pod: { spec: POD },
  Deployment: workload('Deployment'),
  ReplicaSet: workload('ReplicaSet'),
  Job: workload('Job'),
  Service: {
    spec: struct('ServiceSpec', {
      ports: {
        list: struct('ServicePort', {
          name: 'string',
          protocol: 'string',
          port: 'int32',
        }),
      },
      selector: 'map[string]string',
      type: 'string',
      clusterIP: 'string',
    }),
  },
  Ingress: {
    spec: struct('IngressSpec', {
      ingressClassName: 'string',
      rules: { list: struct('IngressRule', { host: 'string' }) },
    }),
  },
  Role: RULES,
  ClusterRole: RULES,
  RoleBinding: BINDING,
  ClusterRoleBinding: BINDING,
};
const COMMON: Record<string, Field> = {
  metadata: struct('ObjectMeta', {
    ownerReferences: { list: struct('OwnerReference', REFERENCE) },
  }),
  status: struct('Status', {
    phase: 'string',
    conditions: {
      list: struct('Condition', {
        type: 'string',
        status: 'string',
        reason: 'string',
        message: 'string',
      }),
    },
  }),
};

/** Thrown for a value that does not fit its field. */
export class Misfit extends Error {
  readonly found: Mistyped;

  constructor(found: Mistyped) {
    super(`${found.field} must be ${found.wanted}`);
    this.found = found;
  }
}

/**
 * An object as Go's structs hold it: a null in a list is an empty struct there.
 * Throws `Misfit` for the first value of the wrong type.
 */
export function fitted(kind: string, object: GenericObject): GenericObject {
  const whole = struct(kind, { ...COMMON, ...KINDS[kind] });
  return fit(object, whole, '') as GenericObject;
}

/** The value itself where there is nothing to change. */
function fit(value: object, { name, fields }: Struct, path: string): object {
  const changes = Object.entries(value).flatMap(([key, each]) => {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (!field || each === null) return [];
    const at = path ? `${path}.${key}` : key;
    const fitting = fitField(each, field, { owner: name, at });
    return fitting === each ? [] : [[key, fitting]];
  });
  return changes.length ? { ...value, ...Object.fromEntries(changes) } : value;
}

function fitField(
  value: unknown,
  field: Field,
  { owner, at }: { owner: string; at: string },
): unknown {
  const misfit = (found: unknown, wanted: string) =>
    new Misfit({ value: found, field: `${owner}.${at}`, wanted });
  if (typeof field === 'string') {
    const wrong = leafMisfit(value, field);
    if (wrong) throw misfit(wrong.value, wrong.wanted);
    return value;
  }
  if (!('list' in field)) {
    if (!isMap(value)) throw misfit(value, `v1.${field.name}`);
    return fit(value, field, at);
  }
  const { list } = field;
  if (!Array.isArray(value)) throw misfit(value, `[]v1.${list.name}`);
  const items = value.map(each => {
    if (each !== null && !isMap(each)) throw misfit(each, `v1.${list.name}`);
    return fit(each ?? {}, list, at);
  });
  return items.some((item, index) => item !== value[index]) ? items : value;
}

function leafMisfit(
  value: unknown,
  wanted: Leaf,
): { value: unknown; wanted: string } | undefined {
  switch (wanted) {
    case 'string':
      return typeof value === 'string' ? undefined : { value, wanted };
    case 'bool':
      return typeof value === 'boolean' ? undefined : { value, wanted };
    case 'int32':
      return Number.isInteger(value) ? undefined : { value, wanted };
    default:
      return itemMisfit(value, wanted);
  }
}

function itemMisfit(value: unknown, wanted: Leaf) {
  const fits = wanted === '[]string' ? Array.isArray(value) : isMap(value);
  if (!fits) return { value, wanted };
  const wrong = Object.values(value as object).find(
    each => each !== null && typeof each !== 'string',
  );
  return wrong === undefined ? undefined : { value: wrong, wanted: 'string' };
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
