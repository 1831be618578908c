import { randomUUID } from 'node:crypto';
import { typeOf } from '../controllers/application/objects';
import type { Account } from '../hub/Sessions';
import type { Hub } from '../Hub';
import { Repository } from '../repository/Repository';
import type { HubObjects } from '../scenarios/fromObjects';
import type { Spoke } from '../spoke/Spoke';
import { IN_CLUSTER } from '../state/names';
import type { GenericObject } from '../types/kubernetes';
import type { Recording } from './recording';
import type { RecordedSpokes } from './RecordedSpokes';
import type { Seeds } from './seeds';
import { callerOf } from './tokens';

/**
 * The accounts of argocd-cm, and those whose tokens were recorded, each with a
 * password, so that any of their tokens can be made again.
 */
export function accountsOf(
  { calls }: Recording,
  objects: HubObjects,
  { passwords }: Seeds,
): Account[] {
  const accounts = new Map(
    objects.accounts.map(account => [account.name, account]),
  );
  for (const call of calls) {
    const caller = callerOf(call);
    if (typeof caller === 'string') continue;
    const { account: name, capability, id } = caller;
    const known = accounts.get(name) ?? { name };
    const apiKeys = new Set(known.apiKeys);
    if (capability === 'apiKey') apiKeys.add(id);
    accounts.set(name, {
      ...known,
      ...((known.apiKeys || apiKeys.size) && { apiKeys: [...apiKeys] }),
    });
    if (capability === 'login' && !passwords.has(name)) {
      passwords.set(name, randomUUID());
    }
  }
  for (const name of passwords.keys()) {
    if (!accounts.has(name)) accounts.set(name, { name });
  }
  return [...accounts.values()].map(account => ({
    ...account,
    ...(passwords.has(account.name) && {
      password: passwords.get(account.name),
    }),
  }));
}

/** Fills Redis and the repositories. */
export function seedHub({ state }: Hub, seeds: Seeds): void {
  for (const [key, tree] of seeds.trees) state.redis.trees.set(key, tree);
  for (const [key, items] of seeds.managedResources) {
    state.redis.managedResources.set(key, items);
  }
  for (const [server, info] of seeds.clusters) {
    const isKnown = server === IN_CLUSTER || state.clusterByServer(server);
    if (!isKnown) continue;
    // Not stamped by a controller means: not in Redis.
    if (!info.connectionState?.attemptedAt) continue;
    state.redis.clusterInfo.set(server, info);
  }
  for (const url of new Set(seeds.commits.map(each => each.repository))) {
    const commits = seeds.commits.filter(each => each.repository === url);
    const repository = new Repository({ url, directory: '/nonexistent' });
    repository.restore(
      commits.map(({ repository: _, ...commit }) => ({
        ...commit,
        values: {},
      })),
    );
    state.repositories.set(url, repository);
  }
}

/** Puts recorded objects and events into the clusters that play the others. */
export function seedSpokes(
  { state }: Hub,
  options: { recording: Recording; spokes: RecordedSpokes; seeds: Seeds },
): void {
  const { recording, spokes, seeds } = options;
  for (const [server, { objects }] of Object.entries(recording.state.spokes)) {
    const { spoke } = spokes.find(server);
    for (const object of objects ?? []) if (spoke) put(spoke, object);
  }
  for (const [key, events] of seeds.events) {
    const [namespace, name] = key.split('/');
    const app = state.applications.get(name, namespace);
    const server = app && state.tryResolve(app.spec.destination);
    const { spoke } = spokes.find(server ?? '');
    for (const event of events) {
      if (!spoke) continue;
      put(spoke, { ...event, apiVersion: 'v1', kind: 'Event' });
    }
  }
}

function put({ store }: Spoke, object: GenericObject): void {
  const { resource } = typeOf(object);
  const { name, namespace } = object.metadata;
  if (!store.of(resource).get(name, namespace)) store.create(resource, object);
}
