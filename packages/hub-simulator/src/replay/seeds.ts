import { CONTROL_PLANE, trimServer } from '../state/names';
import type {
  Application,
  ApplicationTree,
  ClusterInfo,
  ManagedResource,
  ResourceNode,
  ResourceStatus,
} from '../types/argocd';
import type { GenericObject } from '../types/kubernetes';
import { isObject, parsed } from './json';
import type { RecordedCall, Recording } from './recording';

interface Commit {
  repository: string;
  revision: string;
  author: string;
  date: string;
  message: string;
}

/**
 * What Kubernetes objects do not tell, and so is taken from the first recorded
 * answer that shows it: Redis, commits, passwords and what clusters hold.
 */
export interface Seeds {
  /** by `namespace/name` of the application */
  trees: Map<string, ApplicationTree>;
  managedResources: Map<string, ManagedResource[]>;
  /** by server URL */
  clusters: Map<string, ClusterInfo>;
  versions: Map<string, string>;
  /** events by `namespace/name` of the application that they belong to */
  events: Map<string, GenericObject[]>;
  /** by account */
  passwords: Map<string, string>;
  commits: Commit[];
  /** base of Argo CD's own pages */
  url?: string;
}

/** Learns from the answers of a recording; `redis` of its first line goes first. */
export function seedsOf({ state, calls }: Recording): Seeds {
  const { trees = {}, clusters = {} } = state.redis;
  const seeds: Seeds = {
    trees: new Map(Object.entries(trees)),
    managedResources: new Map(),
    clusters: new Map(Object.entries(clusters)),
    versions: new Map(),
    events: new Map(),
    passwords: new Map(),
    commits: [],
  };
  const applications = state.objects.filter(
    ({ kind }) => kind === 'Application',
  ) as unknown as Application[];
  for (const call of calls) {
    const { status, body } = call.response;
    if (status !== 200 || !isObject(body)) continue;
    learn(seeds, call, body, applications);
  }
  return seeds;
}

type Body = Record<string, unknown>;

function learn(
  seeds: Seeds,
  { request }: RecordedCall,
  body: Body,
  applications: Application[],
): void {
  const { method } = request;
  const { pathname, searchParams } = new URL(request.path, 'http://hub');
  const [, , , surface, id, part, revision] = pathname.split('/');
  if (surface === 'settings' && typeof body.url === 'string') {
    seeds.url ??= body.url;
  }
  if (surface === 'session' && method === 'POST') learnPassword(seeds, request);
  if (surface === 'clusters') learnClusters(seeds, body);
  if (surface !== 'applications' || method !== 'GET' || !id) return;
  const namespace = searchParams.get('appNamespace') || CONTROL_PLANE;
  const key = `${namespace}/${decodeURIComponent(id)}`;
  if (!part) learnHealth(seeds, key, body);
  if (part === 'resource-tree' && isList(body.nodes)) {
    const known = seeds.trees.get(key);
    if (!known || known.nodes.every(({ uid }) => !uid)) {
      seeds.trees.set(key, body as unknown as ApplicationTree);
    }
  }
  if (part === 'managed-resources' && isList(body.items)) {
    put(seeds.managedResources, key, body.items as ManagedResource[]);
  }
  if (part === 'events' && searchParams.has('resourceUID')) {
    const known = seeds.events.get(key) ?? [];
    seeds.events.set(key, [...known, ...((body.items ?? []) as [])]);
  }
  if (part === 'revisions' && pathname.endsWith('/metadata')) {
    learnCommit(seeds, { key, revision }, body, applications);
  }
}

function learnPassword(seeds: Seeds, { body }: { body?: string }): void {
  const login = parsed(body ?? '');
  // A login that is not JSON was no login.
  if (!isObject(login)) return;
  const { username, password } = login;
  if (typeof username === 'string' && typeof password === 'string') {
    put(seeds.passwords, username, password);
  }
}

function learnClusters(seeds: Seeds, body: Body): void {
  const all = isList(body.items) ? body.items : [body];
  for (const each of all) {
    if (!isObject(each) || typeof each.server !== 'string') continue;
    const server = trimServer(each.server);
    if (isObject(each.info)) {
      put(seeds.clusters, server, each.info as unknown as ClusterInfo);
    }
    if (typeof each.serverVersion === 'string') {
      put(seeds.versions, server, each.serverVersion);
    }
  }
}

/** Without a recorded tree at least the health of the resources is kept. */
function learnHealth(seeds: Seeds, key: string, body: Body): void {
  const { resources } = (body.status ?? {}) as { resources?: ResourceStatus[] };
  if (!isList(resources) || seeds.trees.has(key)) return;
  const nodes = (resources as ResourceStatus[]).map(
    ({ status: _, ...resource }): ResourceNode => ({ ...resource, uid: '' }),
  );
  if (nodes.some(({ health }) => health)) seeds.trees.set(key, { nodes });
}

function learnCommit(
  seeds: Seeds,
  { key, revision }: { key: string; revision: string },
  body: Body,
  applications: Application[],
): void {
  const app = applications.find(
    ({ metadata }) =>
      `${metadata.namespace ?? CONTROL_PLANE}/${metadata.name}` === key,
  );
  const source = app?.spec.sources?.[0] ?? app?.spec.source;
  if (!source) return;
  const commit = { ...body, repository: source.repoURL, revision };
  seeds.commits.push(commit as unknown as Commit);
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  if (!map.has(key)) map.set(key, value);
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}
