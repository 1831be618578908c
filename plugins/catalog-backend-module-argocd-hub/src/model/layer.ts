import type {
  CatalogModelAnnotationDefinition,
  CatalogModelLayer,
} from '@backstage/catalog-model/alpha';
import {
  CLUSTER_ANNOTATIONS,
  ENTITY_ANNOTATIONS,
  PLACEMENT_ANNOTATIONS,
} from 'backstage-plugin-argocd-hub-common';

/** The part of `@backstage/catalog-model/alpha` that is used. */
export type CreateLayer = (options: {
  layerId: string;
  builder: (model: {
    addAnnotation(annotation: CatalogModelAnnotationDefinition): void;
  }) => void;
}) => CatalogModelLayer;

interface Described {
  name: string;
  title: string;
  description: string;
}

const READ: Described[] = [
  {
    name: ENTITY_ANNOTATIONS.applicationName,
    title: 'Argo CD application',
    description: 'Name of the Argo CD application that deploys this entity.',
  },
  {
    name: ENTITY_ANNOTATIONS.applicationSelector,
    title: 'Argo CD application selector',
    description:
      'Kubernetes label selector for the Argo CD applications that deploy this entity, e.g. "app=agent,tier in (web)". It needs at least one term with = or in.',
  },
  {
    name: ENTITY_ANNOTATIONS.applicationNamespace,
    title: 'Namespace of Argo CD applications',
    description:
      'Narrows the other Argo CD annotations of this entity to applications in one namespace of the hub.',
  },
  {
    name: ENTITY_ANNOTATIONS.projectName,
    title: 'Argo CD project',
    description:
      'Narrows the other Argo CD annotations of this entity to one project; alone it stands for every application of that project.',
  },
  {
    name: ENTITY_ANNOTATIONS.instanceName,
    title: 'Argo CD hubs',
    description:
      'Comma-separated names of the hubs on which the applications of this entity are looked for; all hubs when left out.',
  },
  {
    name: ENTITY_ANNOTATIONS.applicationSet,
    title: 'Argo CD ApplicationSet',
    description:
      'Name of the ApplicationSet whose applications deploy this entity.',
  },
  {
    name: ENTITY_ANNOTATIONS.optInLabel,
    title: 'Opt-in label of clusters',
    description:
      'Label, as key=value, by which a cluster opts in to this entity.',
  },
];

const WRITTEN: Described[] = [
  {
    name: PLACEMENT_ANNOTATIONS.clusters,
    title: 'Clusters',
    description:
      'Written by Argo CD Hub: names of the cluster entities that this entity is deployed to, sorted and comma-separated, the first 100.',
  },
  {
    name: PLACEMENT_ANNOTATIONS.clusterCount,
    title: 'Number of clusters',
    description:
      'Written by Argo CD Hub: to how many clusters this entity is deployed.',
  },
  {
    name: PLACEMENT_ANNOTATIONS.environments,
    title: 'Environments',
    description:
      'Written by Argo CD Hub: environments that this entity is deployed to, comma-separated in order of promotion.',
  },
  {
    name: CLUSTER_ANNOTATIONS.hub,
    title: 'Argo CD hub',
    description:
      'Written by Argo CD Hub on cluster entities: name of the hub that the cluster is registered with.',
  },
  {
    name: CLUSTER_ANNOTATIONS.cluster,
    title: 'Cluster at its hub',
    description:
      'Written by Argo CD Hub on cluster entities: name of the cluster at its hub.',
  },
];

/**
 * The annotations that Argo CD Hub reads and writes. Those that others own too,
 * such as the address of a Kubernetes API, are left to their owners: what is
 * declared twice stops the catalog from starting.
 */
export function createLayer(create: CreateLayer): CatalogModelLayer {
  return create({
    layerId: 'argocd-hub/annotations',
    builder: model =>
      [...READ, ...WRITTEN].forEach(annotation =>
        model.addAnnotation(annotation),
      ),
  });
}
