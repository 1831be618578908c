import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { Repository } from '../repository/Repository';
import { renderChart } from '../repository/manifests';
import { generate } from '../controllers/applicationset/generate';
import { typeOf } from '../controllers/application/objects';
import { Rbac } from '../hub/Rbac';
import type { Hub } from '../Hub';
import { CONTROL_PLANE } from '../state/names';
import type { ApplicationSet } from '../types/applicationset';
import type { Application, HistoryEntry } from '../types/argocd';
import { ensureObject, registerCluster } from './registerCluster';
import type { Scenario } from './Scenario';

const REPOSITORY = 'https://github.com/example/agent';
const FIRST_HUB = 'main';
const DAY_MS = 24 * 60 * 60 * 1000;

const CLUSTERS: Record<string, Record<string, string>> = {
  staging: { env: 'staging', region: 'us-west', role: 'staging' },
  prod: { env: 'prod', region: 'us-east', role: 'primary' },
  dr: { env: 'dr', region: 'eu-west', role: 'standby' },
};

const POLICY = `
p, role:portal, applications, get, */*, allow
p, role:portal, applications, sync, */*, allow
p, role:portal, applicationsets, get, */*, allow
p, role:portal, applicationsets, create, */*, allow
p, role:portal, applicationsets, update, */*, allow
p, role:portal, projects, get, *, allow
p, role:portal, clusters, get, *, allow
p, role:portal, clusters, create, *, allow
p, role:portal, clusters, update, *, allow
g, backstage, role:portal
`;

/** What was deployed when, oldest first. */
const RELEASES = [
  { daysAgo: 21, tag: '1.3.0', author: 'Mina Park', message: 'Release 1.3.0' },
  {
    daysAgo: 12,
    tag: '1.4.0',
    author: 'Jonas Weber',
    message: 'Stream answers instead of buffering them',
  },
  {
    daysAgo: 6,
    tag: '1.4.1',
    author: 'Mina Park',
    message: 'Retry the model endpoint on 503',
  },
  {
    daysAgo: 2,
    tag: '1.4.2',
    author: 'Priya Nair',
    message: 'Fix a leak in the session cache',
  },
];

/**
 * The service `agent` on staging, prod and dr, and a cluster perf that no one
 * registered. Each further hub has one cluster, which is called as it is.
 */
export function demo(options: { hubs?: string[]; seed?: number }): Scenario {
  const { hubs = [FIRST_HUB], seed } = options;
  const [, ...further] = hubs;
  return {
    spokes: [...Object.keys(CLUSTERS), 'perf', ...further],
    hubs,
    seed,
    configure,
    populate: hub =>
      populate(hub, hub.name === hubs[0] ? CLUSTERS : clusterOf(hub.name)),
  };
}

function clusterOf(name: string): typeof CLUSTERS {
  return { [name]: { env: name, region: 'eu-central', role: 'primary' } };
}

function configure({ state }: Hub): void {
  state.accounts = [{ name: 'backstage', apiKeys: ['portal'] }];
  state.rbac = new Rbac(POLICY);
  const repository = new Repository({
    url: REPOSITORY,
    directory: exampleDirectory(),
  });
  state.repositories.set(REPOSITORY, repository);
}

async function populate(hub: Hub, clusters: typeof CLUSTERS): Promise<void> {
  const { state, spokes } = hub;
  const repository = state.repositories.get(REPOSITORY)!;
  for (const { daysAgo, tag, author, message } of RELEASES) {
    const email = `${author.split(' ')[0].toLowerCase()}@example.com`;
    repository.commit({
      author: `${author} <${email}>`,
      message,
      date: state.clock.timestamp(ago(daysAgo * DAY_MS)),
      values: { image: { tag } },
    });
  }
  state.projects.create({
    metadata: { name: 'default', namespace: CONTROL_PLANE },
    spec: {
      sourceRepos: ['*'],
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
    status: {},
  });
  for (const [name, labels] of Object.entries(clusters)) {
    const secret = await registerCluster(spokes.get(name)!, {
      ...labels,
      'deploy.agent': 'true',
    });
    state.clusters.create(secret);
  }
  const set = state.applicationSets.create(readSet());
  for (const app of generate(state, set).applications) {
    deploy(hub, app, repository);
  }
}

function readSet(): ApplicationSet {
  const path = join(exampleDirectory(), 'argocd', 'applicationset.yaml');
  const { apiVersion, kind, ...set } = parse(readFileSync(path, 'utf8'));
  return set as ApplicationSet;
}

/** Makes an application as if it had been deployed release by release. */
function deploy(
  { state, spokes }: Hub,
  app: Application,
  repository: Repository,
): void {
  const spoke = [...spokes.values()].find(
    ({ url }) => url === app.spec.destination.server,
  )!;
  const { namespace = '' } = app.spec.destination;
  ensureObject(spoke, 'namespaces', {
    metadata: { name: namespace },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  });
  const source = app.spec.source!;
  const values = repository.values(source, repository.head);
  for (const manifest of renderChart(app, values)) {
    const { resource } = typeOf(manifest);
    ensureObject(spoke, resource, manifest);
    if (resource === 'deployments') {
      spoke.workloads.settle(manifest.metadata.name, namespace);
    }
  }
  const history = RELEASES.map(({ daysAgo }, id): HistoryEntry => {
    const deployed = ago(daysAgo * DAY_MS - 60 * 60 * 1000);
    return {
      revision: repository.commits[id].revision,
      deployedAt: state.clock.timestamp(deployed),
      id,
      source,
      deployStartedAt: state.clock.timestamp(new Date(+deployed - 4000)),
      initiatedBy: { automated: true },
    };
  });
  const { deployedAt, deployStartedAt } = history.at(-1)!;
  const { revision } = repository.head;
  state.applications.create({
    ...app,
    metadata: {
      ...app.metadata,
      creationTimestamp: state.clock.timestamp(ago(30 * DAY_MS)),
    },
    status: {
      ...app.status,
      health: { status: 'Healthy', lastTransitionTime: deployedAt },
      history,
      operationState: {
        operation: {
          sync: { revision, prune: true },
          initiatedBy: { automated: true },
          retry: app.spec.syncPolicy?.retry,
        },
        phase: 'Succeeded',
        message: 'successfully synced (all tasks run)',
        syncResult: { revision, source },
        startedAt: deployStartedAt!,
        finishedAt: deployedAt,
      },
    },
  });
}

function ago(ms: number): Date {
  return new Date(Date.now() - ms);
}

/** `examples/agent` of the repository this package lies in. */
function exampleDirectory(): string {
  const own = dirname(require.resolve('hub-simulator/package.json'));
  return join(own, '..', '..', 'examples', 'agent');
}
