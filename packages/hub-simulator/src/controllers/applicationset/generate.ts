import { isEmptySelector, matchesSelector } from '../../labels';
import type { HubState } from '../../state/HubState';
import { CONTROL_PLANE, IN_CLUSTER } from '../../state/names';
import type {
  Application,
  ApplicationSet,
  ClusterGenerator,
  ClusterSecret,
} from '../../types/argocd';
import { RESOURCES_FINALIZER } from '../application/deletion';
import { EMPTY_STATUS } from '../application/status';
import {
  type Parameters,
  renderDeep,
  type Renderer,
  renderFlat,
  renderGo,
} from './template';

/** What a set wants now: its applications, and what is wrong with others. */
export interface Generated {
  applications: Application[];
  /** why applications were left out */
  errors: string[];
}

/**
 * Runs the generators of a set and renders its template. Throws when parameters
 * cannot be made; a single bad application is left out and reported.
 */
export function generate(state: HubState, set: ApplicationSet): Generated {
  const errors: string[] = [];
  const seen = new Set<string>();
  const applications = renderApplications(state, set).flatMap(app => {
    const error = seen.has(app.metadata.name)
      ? `ApplicationSet ${set.metadata.name} contains applications with duplicate name: ${app.metadata.name}`
      : validate(state, app);
    seen.add(app.metadata.name);
    if (!error) return [app];
    errors.push(error);
    return [];
  });
  return { applications, errors };
}

/**
 * What the API previews: every application that the set renders, also those
 * whose cluster or project does not exist.
 */
export function renderApplications(
  state: HubState,
  set: ApplicationSet,
): Application[] {
  const { spec } = set;
  const renderer = rendererOf(set);
  return spec.generators
    .flatMap(generator => {
      if (generator.clusters) {
        return clusterParameters(state, set, generator.clusters, renderer);
      }
      if (generator.list) return generator.list.elements ?? [];
      const kind = Object.keys(generator)[0];
      throw new Error(`generator ${kind} is not supported by the simulator`);
    })
    .map(parameters => renderApplication(set, parameters, renderer));
}

function rendererOf({ spec }: ApplicationSet): Renderer {
  if (!spec.goTemplate) return renderFlat;
  const strict = spec.goTemplateOptions?.includes('missingkey=error');
  return renderGo(strict ? 'error' : 'default');
}

function clusterParameters(
  state: HubState,
  set: ApplicationSet,
  generator: ClusterGenerator,
  render: Renderer,
): Parameters[] {
  // Clusters are keyed by name: of two with one name only one is left.
  const named = new Map(
    state.clusters.list().map(cluster => [cluster.data.name, cluster]),
  );
  const clusters = [...named.values()].filter(({ metadata }) =>
    matchesSelector(generator.selector, secretLabels(metadata.labels)),
  );
  const implicit =
    isEmptySelector(generator.selector) && !state.clusterByServer(IN_CLUSTER);
  const isGo = !!set.spec.goTemplate;
  return [
    ...clusters.map(cluster => parametersOf(cluster, isGo)),
    ...(implicit ? [inClusterParameters()] : []),
  ].map(parameters => withValues(parameters, generator, isGo, render));
}

function parametersOf(cluster: ClusterSecret, isGo: boolean): Parameters {
  const { name, server, project = '' } = cluster.data;
  const labels = secretLabels(cluster.metadata.labels);
  const { annotations = {} } = cluster.metadata;
  const common = { name, nameNormalized: normalise(name), server, project };
  if (isGo) return { ...common, metadata: { labels, annotations } };
  const flat = (prefix: string, map: Record<string, string>) =>
    Object.entries(map).map(([key, value]) => [`${prefix}.${key}`, value]);
  return {
    ...common,
    ...Object.fromEntries(flat('metadata.labels', labels)),
    ...Object.fromEntries(flat('metadata.annotations', annotations)),
  };
}

/** The labels of the Secret itself; the API hides the one that makes it a cluster. */
function secretLabels(labels: Record<string, string> | undefined) {
  return { ...labels, 'argocd.argoproj.io/secret-type': 'cluster' };
}

function inClusterParameters(): Parameters {
  const name = 'in-cluster';
  return { name, nameNormalized: name, server: IN_CLUSTER, project: '' };
}

function withValues(
  parameters: Parameters,
  generator: ClusterGenerator,
  isGo: boolean,
  render: Renderer,
): Parameters {
  const values = renderDeep(generator.values ?? {}, parameters, render);
  if (isGo) return { ...parameters, values };
  const flat = Object.entries(values).map(([key, value]) => [
    `values.${key}`,
    value,
  ]);
  return { ...parameters, ...Object.fromEntries(flat) };
}

function renderApplication(
  set: ApplicationSet,
  parameters: Parameters,
  render: Renderer,
): Application {
  const { metadata, spec } = renderDeep(set.spec.template, parameters, render);
  const keeps = set.spec.syncPolicy?.preserveResourcesOnDeletion;
  const finalizers = [
    ...new Set([
      ...(metadata.finalizers ?? []),
      ...(keeps ? [] : [RESOURCES_FINALIZER]),
    ]),
  ];
  return {
    metadata: {
      name: metadata.name ?? '',
      namespace: set.metadata.namespace ?? CONTROL_PLANE,
      ...(metadata.labels && { labels: metadata.labels }),
      ...(metadata.annotations && { annotations: metadata.annotations }),
      ...(finalizers.length && { finalizers }),
      ownerReferences: [
        {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'ApplicationSet',
          name: set.metadata.name,
          uid: set.metadata.uid ?? '',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec,
    status: EMPTY_STATUS,
  };
}

function validate(state: HubState, app: Application): string | undefined {
  const project = app.spec.project || 'default';
  if (!state.projects.get(project, CONTROL_PLANE)) {
    return `application ${app.metadata.name} references project ${project} which does not exist`;
  }
  try {
    state.resolve(app.spec.destination);
    return undefined;
  } catch (error) {
    return `application destination spec is invalid: ${
      (error as Error).message
    }`;
  }
}

function normalise(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^-a-z0-9.]/g, '-')
    .slice(0, 253)
    .replace(/^[-.]+|[-.]+$/g, '');
}
