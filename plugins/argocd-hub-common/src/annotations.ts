/** Annotations that are read on a catalog entity. The first five are those of other Argo CD plugins. @public */
export const ENTITY_ANNOTATIONS = {
  applicationName: 'argocd/app-name',
  applicationSelector: 'argocd/app-selector',
  applicationNamespace: 'argocd/app-namespace',
  projectName: 'argocd/project-name',
  instanceName: 'argocd/instance-name',
  applicationSet: 'argocd-hub/applicationset',
  /** The label with which a cluster opts in: `deploy.agent=true`. */
  optInLabel: 'argocd-hub/opt-in-label',
} as const;

/** Labels or annotations that are read on an Application. @public */
export const APPLICATION_KEYS = {
  entityRef: 'backstage.io/entity-ref',
  kubernetesId: 'backstage.io/kubernetes-id',
} as const;

/** Annotations that the catalog module writes. @public */
export const PLACEMENT_ANNOTATIONS = {
  clusters: 'argocd-hub/clusters',
  clusterCount: 'argocd-hub/cluster-count',
  environments: 'argocd-hub/environments',
} as const;

/** Annotations of cluster entities. @public */
export const CLUSTER_ANNOTATIONS = {
  hub: 'argocd-hub/hub',
  cluster: 'argocd-hub/cluster',
  apiServer: 'kubernetes.io/api-server',
} as const;
