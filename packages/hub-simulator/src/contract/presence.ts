/**
 * Fields that an answer always has, by definition of `argocd-api.json`: the
 * OpenAPI file declares nothing required, but Go leaves out only what its tags
 * say. Answers that were trimmed by `fields` are not held against this.
 */
export const ALWAYS_PRESENT: Record<
  string,
  { fields: string[]; fact: string }
> = {
  runtimeError: { fields: ['error', 'code', 'message'], fact: 'F1.1.7' },
  runtimeStreamError: {
    fields: ['grpc_code', 'http_code', 'message', 'http_status'],
    fact: 'F1.5.3',
  },
  v1alpha1ClusterList: { fields: ['metadata', 'items'], fact: 'F1.3.1' },
  v1alpha1Cluster: {
    fields: ['server', 'name', 'config', 'connectionState', 'info'],
    fact: 'F1.3.4',
  },
  v1alpha1ClusterInfo: {
    fields: ['connectionState', 'cacheInfo', 'applicationsCount'],
    fact: 'F1.3.4',
  },
  v1alpha1ConnectionState: {
    fields: ['status', 'message', 'attemptedAt'],
    fact: 'F2.7',
  },
  v1alpha1ApplicationList: { fields: ['metadata', 'items'], fact: 'F1.4.1' },
  v1alpha1Application: {
    fields: ['metadata', 'spec', 'status'],
    fact: 'F1.1.1',
  },
  v1alpha1ApplicationSpec: { fields: ['destination', 'project'], fact: 'F5.8' },
  v1alpha1ApplicationStatus: {
    fields: ['health', 'sync', 'summary', 'sourceHydrator'],
    fact: 'F5.7',
  },
  v1alpha1SyncStatus: { fields: ['status', 'comparedTo'], fact: 'F5.1' },
  v1alpha1OperationState: {
    fields: ['operation', 'phase', 'startedAt'],
    fact: 'F5.3',
  },
  v1alpha1Operation: { fields: ['initiatedBy', 'retry'], fact: 'F5.3' },
  v1alpha1RevisionHistory: {
    fields: ['id', 'deployedAt', 'initiatedBy'],
    fact: 'F5.5',
  },
  v1alpha1ApplicationCondition: { fields: ['type', 'message'], fact: 'F5.4' },
  v1alpha1ApplicationWatchEvent: {
    fields: ['type', 'application'],
    fact: 'F1.5.3',
  },
  v1alpha1ApplicationSetWatchEvent: {
    fields: ['type', 'applicationSet'],
    fact: 'F1.5.10',
  },
  v1alpha1ApplicationSet: { fields: ['metadata', 'spec'], fact: 'F1.7.1' },
  v1alpha1ApplicationSetList: { fields: ['metadata', 'items'], fact: 'F1.7.1' },
  v1alpha1AppProjectList: { fields: ['metadata', 'items'], fact: 'F1.7.3' },
  v1alpha1ResourceNode: { fields: ['kind', 'name'], fact: 'F1.6.3' },
  eventsEventList: { fields: ['metadata', 'items'], fact: 'F1.6.5' },
  accountCanIResponse: { fields: ['value'], fact: 'F1.2.5' },
  versionVersionMessage: { fields: ['Version'], fact: 'F1.2.3' },
};
