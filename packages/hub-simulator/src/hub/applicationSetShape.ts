import { GENERATOR_KINDS } from '../controllers/applicationset/transform';
import type {
  ApplicationSet,
  ApplicationSetStatus,
  Generator,
} from '../types/applicationset';

type Map = Record<string, unknown>;

const EMPTY_TEMPLATE = { metadata: {}, spec: { destination: {}, project: '' } };
const META = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];
const SPEC = [
  'goTemplate',
  'generators',
  'template',
  'syncPolicy',
  'strategy',
  'preservedFields',
  'goTemplateOptions',
  'applyNestedSelectors',
  'ignoreApplicationDifferences',
  'templatePatch',
];
/** Whatever JSON they hold, Kubernetes gives it back with its keys sorted. */
const RAW = ['elements', 'valuesObject'];

/**
 * A set as Go's structs write it: fields that it does not know are dropped, zeros
 * left out where the tags say so, and nested structs always there.
 */
export function shapeSet({
  metadata,
  spec,
  status,
}: ApplicationSet): ApplicationSet {
  return {
    metadata: known(metadata as never, META) as never,
    spec: shapeSpec(spec),
    status: shapeStatus(status),
  };
}

/** A text that is the same for specs that Go's `reflect.DeepEqual` finds equal. */
export function specText(spec: ApplicationSet['spec']): string {
  return JSON.stringify(canonical(shapeSpec(spec)));
}

/** A spec as Kubernetes stores it: what is raw JSON has its keys sorted. */
export function storedSpec(
  spec: ApplicationSet['spec'],
): ApplicationSet['spec'] {
  return sortRaw(shapeSpec(spec)) as ApplicationSet['spec'];
}

/** A generator without what Argo CD does not know of it. */
export function shapeGenerator(generator: Generator): Generator {
  const shaped: Map = known(generator, [...GENERATOR_KINDS, 'selector']);
  const { clusters, list, matrix } = generator;
  if (list) {
    const { elements, elementsYaml, template } = list;
    shaped.list = {
      elements: elements ?? null,
      template: shapeTemplate(template),
      ...(elementsYaml && { elementsYaml }),
    };
  }
  if (clusters) {
    const { selector, template, values, flatList } = clusters;
    shaped.clusters = {
      selector: known((selector ?? {}) as Map, [
        'matchLabels',
        'matchExpressions',
      ]),
      template: shapeTemplate(template),
      ...known({ values, flatList }, ['values', 'flatList']),
    };
  }
  if (matrix) {
    shaped.matrix = {
      generators: matrix.generators?.map(shapeChild) ?? null,
      template: shapeTemplate(matrix.template),
    };
  }
  return shaped as Generator;
}

/** A matrix inside a matrix is raw JSON to Argo CD. */
function shapeChild(child: Generator): Generator {
  const { matrix, ...others } = child;
  return { ...shapeGenerator(others), ...(matrix && { matrix }) };
}

function shapeSpec(spec: ApplicationSet['spec']): ApplicationSet['spec'] {
  const { generators, template } = spec;
  return {
    ...known(spec, SPEC),
    generators: (generators?.map(shapeGenerator) ?? null) as Generator[],
    template: shapeTemplate(template) as ApplicationSet['spec']['template'],
  };
}

function shapeTemplate(template: unknown): unknown {
  const { metadata, spec } = (template ?? {}) as Map;
  return {
    metadata: known((metadata ?? {}) as Map, [
      'name',
      'namespace',
      'labels',
      'annotations',
      'finalizers',
    ]),
    spec: { ...EMPTY_TEMPLATE.spec, ...withoutUnset(spec as Map) },
  };
}

function shapeStatus(status: ApplicationSetStatus = {}): ApplicationSetStatus {
  return { ...status, health: status.health ?? {} };
}

/** The fields that are known and not the zero of their type. */
function known(map: Map, keys: readonly string[]): Map {
  return Object.fromEntries(
    keys
      .map(key => [key, map[key]] as const)
      .filter(([, value]) => !isZero(value)),
  );
}

/** An empty struct behind a pointer is no zero, but nothing tells it from an empty map. */
function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return !value.length;
  return !value;
}

function withoutUnset(map: Map = {}): Map {
  return Object.fromEntries(
    Object.entries(map ?? {}).filter(([, value]) => value !== null),
  );
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [
      key,
      RAW.includes(key) ? JSON.stringify(item) : canonical(item),
    ]);
}

function sortRaw(value: unknown, isRaw = false): unknown {
  if (Array.isArray(value)) return value.map(item => sortRaw(item, isRaw));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    ([key, item]) => [key, sortRaw(item, isRaw || RAW.includes(key))] as const,
  );
  const ordered = isRaw
    ? entries.sort(([a], [b]) => (a < b ? -1 : 1))
    : entries;
  return Object.fromEntries(ordered);
}
