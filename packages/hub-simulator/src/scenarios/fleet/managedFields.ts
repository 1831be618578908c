const f = (...keys: string[]) =>
  Object.fromEntries(keys.map(key => [`f:${key}`, {}]));

const SPEC_FIELDS = {
  'f:metadata': {
    'f:annotations': { '.': {}, ...f('backstage.io/entity-ref') },
    'f:finalizers': {
      '.': {},
      'v:"resources-finalizer.argocd.argoproj.io"': {},
    },
    'f:labels': { '.': {}, ...f('app.kubernetes.io/name', 'team') },
    'f:ownerReferences': { '.': {} },
  },
  'f:spec': {
    '.': {},
    'f:destination': { '.': {}, ...f('namespace', 'server') },
    ...f('project'),
    'f:source': {
      '.': {},
      'f:helm': { '.': {}, ...f('valueFiles', 'parameters') },
      ...f('path', 'repoURL', 'targetRevision'),
    },
    'f:syncPolicy': {
      '.': {},
      'f:automated': { '.': {}, ...f('prune', 'selfHeal') },
      ...f('syncOptions'),
    },
  },
};

const STATUS_FIELDS = {
  'f:status': {
    '.': {},
    ...f('conditions', 'controllerNamespace'),
    'f:health': { '.': {}, ...f('lastTransitionTime', 'status') },
    ...f('history'),
    'f:operationState': {
      '.': {},
      ...f('finishedAt', 'message', 'phase', 'startedAt'),
      'f:operation': {
        '.': {},
        'f:initiatedBy': { '.': {}, ...f('automated') },
        'f:retry': { '.': {}, ...f('limit') },
        'f:sync': { '.': {}, ...f('prune', 'revision', 'syncOptions') },
      },
      'f:syncResult': {
        '.': {},
        ...f('resources', 'revision'),
        'f:source': { '.': {}, ...f('path', 'repoURL', 'targetRevision') },
      },
    },
    ...f('reconciledAt', 'resourceHealthSource', 'resources', 'sourceType'),
    'f:summary': { '.': {}, ...f('images', 'externalURLs') },
    'f:sync': {
      '.': {},
      'f:comparedTo': {
        '.': {},
        'f:destination': { '.': {}, ...f('namespace', 'server') },
        'f:source': { '.': {}, ...f('path', 'repoURL', 'targetRevision') },
      },
      ...f('revision', 'status'),
    },
  },
};

/** Who wrote which field: the set controller the spec, the controller the status. */
export function managedFields(createdAt: string, changedAt: string): unknown[] {
  const common = { apiVersion: 'argoproj.io/v1alpha1', fieldsType: 'FieldsV1' };
  return [
    {
      ...common,
      manager: 'argocd-applicationset-controller',
      operation: 'Update',
      time: createdAt,
      fieldsV1: SPEC_FIELDS,
    },
    {
      ...common,
      manager: 'argocd-server',
      operation: 'Update',
      time: createdAt,
      fieldsV1: {
        'f:metadata': { 'f:annotations': f('argocd.argoproj.io/refresh') },
      },
    },
    {
      ...common,
      manager: 'argocd-application-controller',
      operation: 'Update',
      time: changedAt,
      fieldsV1: STATUS_FIELDS,
    },
  ];
}
