import { isEmptySelector, matchesSelector } from '../../labels';
import type { HubState } from '../../state/HubState';
import { IN_CLUSTER } from '../../state/names';
import type {
  ApplicationSet,
  ClusterGenerator,
} from '../../types/applicationset';
import type { ClusterSecret } from '../../types/argocd';
import { normalize } from './gotemplate/text';
import { StringMap } from './gotemplate/values';
import { type Parameters, renderText } from './rendering';
import { checkLabelSelector } from './selectors';

const SECRET_TYPE = 'argocd.argoproj.io/secret-type';

/** The hub's own cluster, which needs no Secret and so has no labels. */
const LOCAL: Parameters = {
  name: 'in-cluster',
  nameNormalized: 'in-cluster',
  server: IN_CLUSTER,
  project: '',
};

/** The parameters of a cluster generator: one set for each matching cluster. */
export function clusterParameters(
  state: Pick<HubState, 'clusters'>,
  set: ApplicationSet,
  generator: ClusterGenerator,
): Parameters[] {
  const { selector } = generator;
  try {
    checkLabelSelector(selector);
  } catch (error) {
    throw new Error(
      `error getting cluster secrets: error converting label selector: ${
        (error as Error).message
      }`,
    );
  }
  const matching = state.clusters
    .list()
    .filter(({ metadata }) =>
      matchesSelector(selector, secretLabels(metadata)),
    );
  // Clusters are keyed by name: of two with one name only one is left.
  const named = new Map(matching.map(each => [each.data.name, each]));
  const clusters = [...named.values()];
  const hasLocal = clusters.some(({ data }) => data.server === IN_CLUSTER);
  const local = isEmptySelector(selector) && !hasLocal ? [LOCAL] : [];
  const parameters = [
    ...clusters.map(cluster =>
      withValues(parametersOf(cluster, !!set.spec.goTemplate), {
        set,
        generator,
        whose: 'cluster',
      }),
    ),
    ...local.map(each =>
      withValues(each, { set, generator, whose: 'local cluster' }),
    ),
  ];
  return generator.flatList ? [{ clusters: parameters }] : parameters;
}

function parametersOf(cluster: ClusterSecret, isGo: boolean): Parameters {
  const { name, server, project = '' } = cluster.data;
  const labels = secretLabels(cluster.metadata);
  const { annotations = {} } = cluster.metadata;
  const common = { name, nameNormalized: normalize(name), server, project };
  if (!isGo) {
    return {
      ...common,
      ...flat('metadata.annotations', annotations),
      ...flat('metadata.labels', labels),
    };
  }
  const hasAnnotations = Object.keys(annotations).length > 0;
  const metadata = {
    ...(hasAnnotations && { annotations: StringMap.of(annotations) }),
    labels: StringMap.of(labels),
  };
  return { ...common, metadata };
}

/** The labels of the Secret itself; the API hides the one that makes it a cluster. */
function secretLabels({
  labels,
}: ClusterSecret['metadata']): Record<string, string> {
  return { ...labels, [SECRET_TYPE]: 'cluster' };
}

function withValues(
  parameters: Parameters,
  options: {
    set: ApplicationSet;
    generator: ClusterGenerator;
    whose: string;
  },
): Parameters {
  const { set, generator, whose } = options;
  const { values = {} } = generator;
  const rendered = Object.entries(values).map(([key, value]) => {
    try {
      return [key, renderText(value, parameters, set.spec)];
    } catch (error) {
      throw new Error(
        `error appending templated values for ${whose}: failed to replace templated string: failed to replace templated string with rendered values: ${
          (error as Error).message
        }`,
      );
    }
  });
  if (!rendered.length) return parameters;
  const map: Record<string, string> = Object.fromEntries(rendered);
  return set.spec.goTemplate
    ? { ...parameters, values: StringMap.of(map) }
    : { ...parameters, ...flat('values', map) };
}

function flat(
  prefix: string,
  map: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [`${prefix}.${key}`, value]),
  );
}
