import {
  apiVersion,
  RESOURCE_TYPES,
  REVIEW_TYPES,
  type ResourceType,
} from './resources';

const VERBS = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
const SUBRESOURCE_VERBS = ['get', 'patch', 'update'];

export const VERSION = {
  major: '1',
  minor: '33',
  gitVersion: 'v1.33.4',
  gitCommit: '74cdb4273dbbd1ef1ea9f2f1b7c1f8ce6b0d7b3f',
  gitTreeState: 'clean',
  buildDate: '2025-08-12T00:00:00Z',
  goVersion: 'go1.24.5',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** Something under a kind that has verbs of its own. */
interface Subresource {
  name: string;
  kind: string;
  group: string;
  version: string;
  verbs: string[];
}

/** Answers the discovery paths; undefined for any other. */
export function discover(path: string, address: string): unknown {
  if (path === '/api') {
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [
        { clientCIDR: '0.0.0.0/0', serverAddress: address },
      ],
    };
  }
  if (path === '/apis') {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups() };
  }
  const [, group] = /^\/apis\/([^/]+)$/.exec(path) ?? [];
  if (group) {
    const found = groups().find(each => each.name === group);
    return found && { kind: 'APIGroup', apiVersion: 'v1', ...found };
  }
  const served = types().filter(type => pathOf(type) === path);
  if (!served.length) return undefined;
  return {
    kind: 'APIResourceList',
    ...(served[0].group && { apiVersion: 'v1' }),
    groupVersion: apiVersion(served[0]),
    resources: served.flatMap(describe),
  };
}

/** Everything under `/api` or `/apis` in one answer; undefined for other paths. */
export function discoverAll(path: string): unknown {
  if (path !== '/api' && path !== '/apis') return undefined;
  const names = path === '/api' ? [''] : groups().map(({ name }) => name);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: names.map(name => ({
      metadata: { ...(name && { name }), creationTimestamp: null },
      versions: [
        {
          version: 'v1',
          resources: types()
            .filter(({ group }) => group === name)
            .map(describeAggregated),
          freshness: 'Current',
        },
      ],
    })),
  };
}

function types(): ResourceType[] {
  return [...RESOURCE_TYPES, ...REVIEW_TYPES];
}

export function pathOf(type: { group: string; version: string }): string {
  return type.group ? `/apis/${apiVersion(type)}` : `/api/${type.version}`;
}

function groups() {
  const names = new Set(types().map(type => type.group));
  return [...names].filter(Boolean).map(name => {
    const version = { groupVersion: `${name}/v1`, version: 'v1' };
    return { name, versions: [version], preferredVersion: version };
  });
}

function verbsOf(type: ResourceType): string[] {
  if (REVIEW_TYPES.includes(type)) return ['create'];
  return type.hasNoCollectionDelete
    ? VERBS.filter(verb => verb !== 'deletecollection')
    : VERBS;
}

function subresources(type: ResourceType): Subresource[] {
  const own = (name: string): Subresource => ({
    name,
    kind: type.kind,
    group: type.group,
    version: type.version,
    verbs: name === 'finalize' ? ['update'] : SUBRESOURCE_VERBS,
  });
  if (type.kind === 'ServiceAccount') {
    return [
      {
        name: 'token',
        kind: 'TokenRequest',
        group: 'authentication.k8s.io',
        version: 'v1',
        verbs: ['create'],
      },
    ];
  }
  return [
    ...(type.kind === 'Namespace' ? [own('finalize')] : []),
    ...(type.hasStatus ? [own('status')] : []),
  ];
}

function describe(type: ResourceType) {
  const { resource, namespaced, kind, shortNames, inAll } = type;
  return [
    {
      name: resource,
      singularName: kind.toLowerCase(),
      namespaced,
      kind,
      verbs: verbsOf(type),
      ...(shortNames && { shortNames }),
      ...(inAll && { categories: ['all'] }),
    },
    ...subresources(type).map(sub => ({
      name: `${resource}/${sub.name}`,
      singularName: '',
      namespaced,
      ...(sub.group !== type.group && {
        group: sub.group,
        version: sub.version,
      }),
      kind: sub.kind,
      verbs: sub.verbs,
    })),
  ];
}

function describeAggregated(type: ResourceType) {
  const { resource, namespaced, kind, shortNames, inAll } = type;
  const subs = subresources(type);
  return {
    resource,
    responseKind: { group: type.group, version: type.version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.toLowerCase(),
    verbs: verbsOf(type),
    ...(shortNames && { shortNames }),
    ...(inAll && { categories: ['all'] }),
    ...(subs.length && {
      subresources: subs.map(({ name, group, version, kind: of, verbs }) => ({
        subresource: name,
        responseKind: { group, version, kind: of },
        verbs,
      })),
    }),
  };
}
