import { labelsOfSecret } from '../../applicationSets/clusterLabels';
import {
  matchesSelector,
  type LabelSelector,
} from '../../applicationSets/selector';
import type { ArgoApplicationSet } from '../../hub/types';

/** A cluster that does not exist yet, or with labels that it does not have yet. */
export interface HypotheticalCluster {
  name: string;
  server: string;
  labels: Record<string, string>;
}

interface ClusterGenerator {
  selector?: LabelSelector;
  values?: Record<string, string>;
  flatList?: boolean;
  template?: unknown;
}

interface Generator {
  clusters?: ClusterGenerator;
  matrix?: { generators: Generator[] };
  merge?: { generators: Generator[]; [key: string]: unknown };
  [key: string]: unknown;
}

/** Whether a generator of the set, nested ones included, takes the cluster. */
export function takesCluster(
  set: ArgoApplicationSet,
  cluster: HypotheticalCluster,
): boolean {
  return generatorsOf(set).some(each => takes(each, cluster));
}

/** Whether the set computes values of its own for a cluster, which only Argo CD can render. */
export function hasTemplatedValues(set: ArgoApplicationSet): boolean {
  return generatorsOf(set)
    .flatMap(clusterGenerators)
    .some(({ values = {} }) =>
      Object.values(values).some(value => value.includes('{{')),
    );
}

/**
 * A copy of the set that generates for this cluster only: each cluster generator
 * becomes a list of the parameters that it would give. The hub can be asked what
 * comes of it, although it does not know the cluster.
 */
export function narrowToCluster(
  set: ArgoApplicationSet,
  cluster: HypotheticalCluster,
): ArgoApplicationSet {
  const goTemplate = set.spec.goTemplate === true;
  const generators = generatorsOf(set)
    .filter(each => takes(each, cluster))
    .map(each => narrow(each, cluster, goTemplate));
  const { name, namespace } = set.metadata;
  return {
    metadata: { name, ...(namespace && { namespace }) },
    spec: { ...set.spec, generators },
  };
}

function generatorsOf(set: ArgoApplicationSet): Generator[] {
  return set.spec.generators as Generator[];
}

function clusterGenerators(generator: Generator): ClusterGenerator[] {
  if (generator.clusters) return [generator.clusters];
  return nested(generator).flatMap(clusterGenerators);
}

function takes(generator: Generator, cluster: HypotheticalCluster): boolean {
  return clusterGenerators(generator).some(({ selector }) =>
    selects(selector, cluster),
  );
}

function selects(
  selector: LabelSelector | undefined,
  cluster: HypotheticalCluster,
): boolean {
  return matchesSelector(selector, labelsOfSecret(cluster.labels));
}

function nested({ matrix, merge }: Generator): Generator[] {
  return matrix?.generators ?? merge?.generators ?? [];
}

function narrow(
  generator: Generator,
  cluster: HypotheticalCluster,
  goTemplate: boolean,
): Generator {
  const { clusters, matrix, merge, ...rest } = generator;
  const narrowAll = (generators: Generator[]) =>
    generators.map(each => narrow(each, cluster, goTemplate));
  if (clusters) {
    return { ...rest, list: asList(clusters, cluster, goTemplate) };
  }
  return {
    ...rest,
    ...(matrix && {
      matrix: { ...matrix, generators: narrowAll(matrix.generators) },
    }),
    ...(merge && {
      merge: { ...merge, generators: narrowAll(merge.generators) },
    }),
  };
}

function asList(
  generator: ClusterGenerator,
  cluster: HypotheticalCluster,
  goTemplate: boolean,
) {
  const { selector, values = {}, flatList, template } = generator;
  if (!selects(selector, cluster)) return { elements: [] };
  const parameters = goTemplate
    ? nestedParameters(cluster, values)
    : flatParameters(cluster, values);
  return {
    elements: [flatList ? { clusters: [parameters] } : parameters],
    ...(template !== undefined && { template }),
  };
}

function nestedParameters(
  cluster: HypotheticalCluster,
  values: Record<string, string>,
) {
  return {
    ...baseParameters(cluster),
    metadata: { labels: labelsOfSecret(cluster.labels), annotations: {} },
    values,
  };
}

function flatParameters(
  cluster: HypotheticalCluster,
  values: Record<string, string>,
) {
  const prefixed = (prefix: string, entries: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(entries).map(([key, value]) => [`${prefix}${key}`, value]),
    );
  return {
    ...baseParameters(cluster),
    ...prefixed('metadata.labels.', labelsOfSecret(cluster.labels)),
    ...prefixed('values.', values),
  };
}

function baseParameters({ name, server }: HypotheticalCluster) {
  const nameNormalized = name
    .toLowerCase()
    .replace(/[^-a-z0-9.]/g, '-')
    .slice(0, 253)
    .replace(/^[-.]+|[-.]+$/g, '');
  return { name, nameNormalized, server, project: '' };
}
