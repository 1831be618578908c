import { GENERATOR_KINDS } from '../controllers/applicationset/transform';
import type { ApplicationSet } from '../types/applicationset';
import { invalidArgument } from './errors';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Kind = 'object' | 'array' | 'string' | 'bool';

/** Fields whose type is checked: path, Go's struct that has the field, its type. */
const FIELDS: [path: string, struct: string, type: string, kind: Kind][] = [
  ['metadata', 'ApplicationSet', 'v1.ObjectMeta', 'object'],
  ['metadata.name', 'ObjectMeta', 'string', 'string'],
  ['metadata.namespace', 'ObjectMeta', 'string', 'string'],
  ['metadata.labels', 'ObjectMeta', 'map[string]string', 'object'],
  ['metadata.annotations', 'ObjectMeta', 'map[string]string', 'object'],
  ['metadata.finalizers', 'ObjectMeta', '[]string', 'array'],
  ['spec', 'ApplicationSet', 'v1alpha1.ApplicationSetSpec', 'object'],
  ['spec.goTemplate', 'ApplicationSetSpec', 'bool', 'bool'],
  ['spec.goTemplateOptions', 'ApplicationSetSpec', '[]string', 'array'],
  [
    'spec.generators',
    'ApplicationSetSpec',
    '[]v1alpha1.ApplicationSetGenerator',
    'array',
  ],
  [
    'spec.template',
    'ApplicationSetSpec',
    'v1alpha1.ApplicationSetTemplate',
    'object',
  ],
  [
    'spec.template.metadata',
    'ApplicationSetTemplate',
    'v1alpha1.ApplicationSetTemplateMeta',
    'object',
  ],
  [
    'spec.template.spec',
    'ApplicationSetTemplate',
    'v1alpha1.ApplicationSpec',
    'object',
  ],
  ['spec.template.spec.project', 'ApplicationSpec', 'string', 'string'],
  [
    'spec.syncPolicy',
    'ApplicationSetSpec',
    'v1alpha1.ApplicationSetSyncPolicy',
    'object',
  ],
  ['spec.templatePatch', 'ApplicationSetSpec', 'string', 'string'],
];

/**
 * A set as Go's decoder reads it, undefined for null. Throws 400 for a field of
 * the wrong type, whose path begins with `prefix`.
 */
export function readSet(
  body: unknown,
  prefix = '',
): ApplicationSet | undefined {
  if (body === undefined || body === null) return undefined;
  if (kindOf(body) !== 'object') {
    const where = prefix
      ? 'Go struct field ApplicationSetGenerateRequest.applicationSet'
      : 'Go value';
    throw invalidArgument(
      `json: cannot unmarshal ${kindOf(
        body,
      )} into ${where} of type v1alpha1.ApplicationSet`,
    );
  }
  for (const [path, struct, type, kind] of FIELDS) {
    check(at(body, path), { path: `${prefix}${path}`, struct, type, kind });
  }
  const { metadata, spec } = body as Partial<ApplicationSet>;
  const generators = spec?.generators;
  generators?.forEach(generator =>
    check(generator, {
      path: `${prefix}spec.generators`,
      struct: 'ApplicationSetSpec',
      type: 'v1alpha1.ApplicationSetGenerator',
      kind: 'object',
    }),
  );
  return {
    ...(body as ApplicationSet),
    metadata: { ...metadata, name: metadata?.name ?? '' },
    spec: {
      ...spec,
      generators: generators?.map(each => each ?? {}) as never,
      template: {
        metadata: spec?.template?.metadata ?? {},
        spec: {
          destination: {},
          project: '',
          ...withoutNull(spec?.template?.spec),
        },
      },
    },
  };
}

/** Argo CD's sentence about generators that are none of the known ones. */
export function unknownGenerators({
  metadata,
  spec,
}: ApplicationSet): string | undefined {
  const known = [...GENERATOR_KINDS, 'selector'];
  const places = (spec.generators ?? []).flatMap((generator, place) =>
    known.some(
      kind => generator[kind] !== undefined && generator[kind] !== null,
    )
      ? []
      : [place],
  );
  if (!places.length) return undefined;
  const names = new Set(
    places.flatMap(place => appliedKind(metadata.annotations, place)),
  );
  const list = names.size ? `: ${[...names].sort().join(', ')}` : '';
  return `ApplicationSet ${metadata.name} contains unrecognized generators${list}`;
}

/** What kubectl says that a generator was before its unknown kind was dropped. */
function appliedKind(
  annotations: Record<string, string> | undefined,
  place: number,
): string[] {
  try {
    const applied = JSON.parse(annotations?.[LAST_APPLIED] ?? '{}');
    return Object.keys(applied.spec.generators[place]).slice(0, 1);
  } catch {
    return [];
  }
}

function check(
  value: unknown,
  field: { path: string; struct: string; type: string; kind: Kind },
): void {
  if (value === undefined || value === null) return;
  if (kindOf(value) === field.kind) return;
  throw invalidArgument(
    `json: cannot unmarshal ${kindOf(value)} into Go struct field ${
      field.struct
    }.${field.path} of type ${field.type}`,
  );
}

function at(body: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      body,
    );
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function withoutNull<T extends object>(map: T | undefined): Partial<T> {
  return Object.fromEntries(
    Object.entries(map ?? {}).filter(([, value]) => value !== null),
  ) as Partial<T>;
}
