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

/** Every group/version and group/version/Kind that the spoke serves. */
export function apiVersions(): string[] {
  return [
    ...new Set(
      RESOURCE_TYPES.flatMap(type => [
        apiVersion(type),
        `${apiVersion(type)}/${type.kind}`,
      ]),
    ),
  ];
}

/** Answers the discovery paths; undefined for any other. */
export function discover(path: string): unknown {
  if (path === '/api') {
    return { kind: 'APIVersions', versions: ['v1'] };
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
    apiVersion: 'v1',
    groupVersion: apiVersion(served[0]),
    resources: served.map(describe),
  };
}

function types(): ResourceType[] {
  return [...RESOURCE_TYPES, ...REVIEW_TYPES];
}

function pathOf(type: ResourceType): string {
  return type.group ? `/apis/${apiVersion(type)}` : `/api/${type.version}`;
}

function groups() {
  const names = new Set(types().map(type => type.group));
  return [...names].filter(Boolean).map(name => {
    const version = { groupVersion: `${name}/v1`, version: 'v1' };
    return { name, versions: [version], preferredVersion: version };
  });
}

function describe(type: ResourceType) {
  return {
    name: type.resource,
    singularName: type.kind.toLowerCase(),
    namespaced: type.namespaced,
    kind: type.kind,
    verbs: REVIEW_TYPES.includes(type) ? ['create'] : VERBS,
    ...(type.shortNames?.length && { shortNames: type.shortNames }),
  };
}
