import type { ManagedResource } from '../../../types/argocd';
import { FieldFilter } from '../../FieldFilter';
import type { HubRequest } from '../../HubRequest';
import { cachedState } from './cachedState';
import { findApplication } from './find';
import { maskSecrets } from './secrets';

const STATES = [
  'liveState',
  'targetState',
  'normalizedLiveState',
  'predictedLiveState',
] as const;

/**
 * `GET /api/v1/applications/{name}/managed-resources`: live and target state, from
 * Redis, without the values of Secrets. `fields` is the generic filter here.
 */
export async function managedResources(request: HubRequest): Promise<unknown> {
  const { entry } = findApplication(request, { from: 'informer' });
  const key = `${entry.namespace}/${entry.name}`;
  const found = await cachedState(request, entry.object, {
    read: () => request.state.redis.managedResources.get(key),
    what: 'managed resources',
  });
  const items = found
    .filter(each => isAsked(request, each))
    .map(withoutSecrets);
  const answer = items.length ? { items } : {};
  const filter = FieldFilter.parse(request.query('fields'));
  return filter ? filter.apply(answer) : answer;
}

function isAsked(
  request: HubRequest,
  { hook, ...resource }: ManagedResource & { hook?: boolean },
): boolean {
  const { group = '', kind, namespace = '', name } = resource;
  const own = { group, kind, namespace, name };
  return (
    !hook &&
    Object.entries(own).every(([key, value]) => {
      const asked = request.query(key);
      return !asked || asked === value;
    })
  );
}

function withoutSecrets(resource: ManagedResource): ManagedResource {
  if (resource.kind !== 'Secret' || resource.group) return resource;
  const texts = STATES.map(state => resource[state]);
  const objects = texts.map(text => (text ? JSON.parse(text) : null));
  const masked = maskSecrets(objects);
  const changed = STATES.flatMap((state, index) =>
    masked[index] ? [[state, JSON.stringify(masked[index])]] : [],
  );
  return { ...resource, ...Object.fromEntries(changed) };
}
