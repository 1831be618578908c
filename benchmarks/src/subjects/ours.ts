import { writeFileSync } from 'node:fs';
import type {
  Deployment,
  EntityDeployments,
  HubStatus,
} from 'backstage-plugin-argocd-hub-common';
import type { Call } from '../measure/http';
import { inBenchmarks, typescript } from '../paths';
import type { Place } from '../Place';
import type { Service, World } from '../World';
import { Storage } from './Storage';
import { type Backend, startBackend } from './startBackend';
import type { Row, Subject } from './Subject';

/** Entities in the catalog, those that are measured among them. */
const ENTITIES = 100;
const CLAIMS_MS = 120_000;
const COMPLETE_MS = 300_000;
const GUEST = {
  providers: {
    guest: {
      userEntityRef: 'user:default/guest',
      ownershipEntityRefs: ['user:default/guest', 'group:default/guests'],
      dangerouslyAllowOutsideDevelopment: true,
    },
  },
};

export interface Ours extends Subject {
  storage: Storage;
  /** the hub as our backend knows it */
  hub(): Promise<HubStatus>;
  deployments(service: string): Promise<EntityDeployments>;
}

interface OursOptions {
  name: string;
  place: Place;
  /** no hub at all when it is left out */
  world?: World;
  /** services that have an entity, besides some others */
  services?: Service[];
  /** entities say nothing; only applications name them */
  bareEntities?: boolean;
  policy?: 'allow' | 'conditional';
  /** address of a PostgreSQL, where this one needs it */
  postgres?: string;
  /** another replica of this one, on its database */
  ours?: Ours;
}

/** Starts our backend: a Backstage with catalog, signals and our plugin. */
export async function startOurs(options: OursOptions): Promise<Ours> {
  const { name, place, world, services = [], policy } = options;
  const storage =
    options.ours?.storage ??
    (await Storage.prepare(place, name, options.postgres));
  const entities = entitiesOf(world, services);
  const catalogFile = place.file(name, 'entities.yaml');
  writeFileSync(
    catalogFile,
    entities
      .map(entity => JSON.stringify(component(entity, options.bareEntities)))
      .join('\n---\n'),
  );
  const backend = await startBackend({
    name,
    place,
    node: place.node,
    args: typescript(inBenchmarks('src', 'backend', 'index.ts')),
    cwd: inBenchmarks(),
    env: policy && { BENCH_POLICY: policy },
    hubPort: world?.port ?? 0,
    readyPath: '/api/bare/route',
    backend: { database: storage.config },
    config: {
      permission: { enabled: Boolean(policy) },
      ...(policy && { auth: GUEST }),
      catalog: {
        locations: [{ type: 'file', target: catalogFile }],
      },
      argocdHub: {
        hubs: world
          ? [{ name: 'main', url: world.url, token: world.token }]
          : [],
      },
    },
  });
  return ours(name, backend, storage);
}

/** The same, and waits until it knows all of the hub and the claims of the services. */
export async function startMapped(
  options: OursOptions & { world: World; services: Service[] },
): Promise<Ours> {
  const started = await startOurs(options);
  await started.child.until(
    'a complete index',
    async () => (await started.hub())?.complete,
    { timeoutMs: COMPLETE_MS },
  );
  await untilMapped(started, options.services);
  return started;
}

/** Waits until the claims of entities are where views look for them. */
export async function untilMapped(
  { child, storage }: Ours,
  services: Pick<Service, 'name'>[],
): Promise<void> {
  const refs = services.map(({ name }) => refOf(name));
  await child.until('claims', () => storage.hasClaims(refs), {
    timeoutMs: CLAIMS_MS,
  });
}

/** The one call of our page. */
export function entityRoute(service: string): Call {
  return {
    path: `/api/argocd-hub/entities/component/default/${service}/deployments`,
  };
}

export function refOf(service: string): string {
  return `component:default/${service}`;
}

function ours(name: string, backend: Backend, storage: Storage): Ours {
  const { http } = backend;
  const deployments = (service: string) =>
    http.json<EntityDeployments>(entityRoute(service));
  return {
    ...backend,
    name,
    storage,
    deployments,
    async hub() {
      const { items } = await http.json<{ items: HubStatus[] }>({
        path: '/api/argocd-hub/hubs',
      });
      return items[0];
    },
    async rows(service) {
      const answer = await deployments(service.name);
      return answer.deployments
        .map(rowOf)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async stop() {
      await storage.close();
      await backend.stop();
    },
  };
}

/** What we do not repeat of Argo CD is compared as Argo CD says it. */
function rowOf({ name, sync, health, sources }: Deployment): Row {
  return {
    name,
    sync: sync.reported ?? sync.status,
    health: health.reported ?? health.status,
    revision: sources[0]?.revision ?? '',
  };
}

function entitiesOf(world: World | undefined, services: Service[]) {
  const known = new Map(
    (world?.services ?? [])
      .slice(0, ENTITIES)
      .map(name => [name, `app.kubernetes.io/name=${name}`]),
  );
  services.forEach(({ name, selector }) => known.set(name, selector));
  return [...known];
}

function component([name, selector]: [string, string], isBare = false) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      // What the incumbents read too, so that one catalog serves all.
      annotations: isBare ? {} : { 'argocd/app-selector': selector },
    },
    spec: {
      type: 'service',
      lifecycle: 'production',
      owner: 'group:default/guests',
    },
  };
}
