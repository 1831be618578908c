import { setImmediate as nextTurn } from 'node:timers/promises';
import { FleetClusters } from '../../controllers/fleet/FleetClusters';
import { FleetController } from '../../controllers/fleet/FleetController';
import { paperTree } from '../../controllers/fleet/paperTree';
import { ApplicationSetController } from '../../controllers/applicationset/ApplicationSetController';
import { ClusterInfoController } from '../../controllers/cluster/ClusterInfoController';
import type { Hub } from '../../Hub';
import { Rbac } from '../../hub/Rbac';
import { Random } from '../../random';
import { CONTROL_PLANE } from '../../state/names';
import type { ApplicationSet } from '../../types/applicationset';
import type { AppProject } from '../../types/argocd';
import { registerCluster } from '../registerCluster';
import type { Scenario } from '../Scenario';
import {
  annotationsOf,
  applicationName,
  labelsOf,
  makeApplication,
  specOf,
} from './application';
import { paperCommit } from './commits';
import { type PlannedService, planFleet } from './plan';

export interface FleetOptions {
  /** of each hub */
  applications: number;
  /** of each hub */
  clusters: number;
  /** default: `main` alone */
  hubs?: string[];
  /** changes a second, on top of the noise of an idle fleet; default 0 */
  changeRate?: number;
  /** whether every application is rewritten each two to three minutes; default true */
  idleNoise?: boolean;
  seed?: number;
}

const POLICY = `
p, role:portal, applications, get, */*, allow
p, role:portal, applications, sync, */*, allow
p, role:portal, applicationsets, *, */*, allow
p, role:portal, projects, get, *, allow
p, role:portal, clusters, *, *, allow
g, backstage, role:portal
`;

/**
 * A company's worth of services on many clusters. Clusters are real Kubernetes
 * APIs; what is deployed there is on paper only: applications have full status,
 * history and trees, and change at a chosen rate, but no objects on the spokes.
 */
export function fleet(options: FleetOptions): Scenario {
  const { seed = 1, hubs = ['main'] } = options;
  const plans = new Map(
    hubs.map((hub, index) => {
      const prefix = index ? `${hub}-` : '';
      const random = new Random(seed + index);
      return [hub, planFleet(random, { ...options, prefix })];
    }),
  );
  return {
    spokes: [...plans.values()].flatMap(({ clusters }) =>
      clusters.map(({ name }) => name),
    ),
    hubs,
    packed: true,
    sharesSpokeKeys: true,
    seed,

    configure({ state }: Hub) {
      state.accounts = [{ name: 'backstage', apiKeys: ['portal'] }];
      state.rbac = new Rbac(POLICY);
      state.paperCommit = paperCommit;
    },

    async populate(hub: Hub) {
      const { state, spokes } = hub;
      const plan = plans.get(hub.name)!;
      for (const { name, labels } of plan.clusters) {
        const secret = await registerCluster(spokes.get(name)!, labels);
        state.clusters.create(secret);
      }
      const projects = new Set(plan.services.map(({ project }) => project));
      for (const name of ['default', ...projects]) {
        state.projects.create(makeProject(name));
      }
      const sets = new Map(
        plan.services.map(service => [
          service,
          state.applicationSets.create(makeSet(service)),
        ]),
      );
      const random = new Random(seed + 1);
      const timestamp = (date: Date) => state.clock.timestamp(date);
      const now = Date.now();
      for (const [index, planned] of plan.applications.entries()) {
        // Objects are kept as bytes; between turns the garbage can go.
        if (index % 100 === 0) await nextTurn();
        const { service, cluster, isGenerated } = planned;
        const { url: server } = spokes.get(cluster.name)!;
        const set = isGenerated ? sets.get(service) : undefined;
        state.applications.create(
          makeApplication(planned, { random, server, set, timestamp, now }),
        );
        const name = applicationName(service.name, cluster.name);
        state.redis.trees.set(`${CONTROL_PLANE}/${name}`, () =>
          paperTree(state, name),
        );
      }
    },

    controllers(hub: Hub) {
      const clusters = new FleetClusters(hub);
      const { state } = hub;
      const plan = plans.get(hub.name)!;
      return [
        new ApplicationSetController(state),
        clusters,
        new ClusterInfoController({ state, caches: clusters }),
        new FleetController({ ...options, hub, clusters, plan }),
      ];
    },
  };
}

function makeProject(name: string): AppProject {
  return {
    metadata: { name, namespace: CONTROL_PLANE },
    spec: {
      sourceRepos: ['*'],
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
    status: {},
  };
}

function makeSet(service: PlannedService): ApplicationSet {
  return {
    metadata: {
      name: service.name,
      namespace: CONTROL_PLANE,
      labels: { team: service.team },
    },
    spec: {
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      generators: [
        { clusters: { selector: { matchLabels: { cell: service.cell } } } },
      ],
      template: {
        metadata: {
          name: applicationName(service.name, '{{.name}}'),
          labels: labelsOf(service),
          annotations: annotationsOf(service),
        },
        spec: specOf(service, '{{.name}}', '{{.server}}'),
      },
    },
  };
}
