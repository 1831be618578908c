import { readFile } from 'node:fs/promises';
import type { ClusterRegistration } from 'backstage-plugin-argocd-hub-common';
import { startSimulator, type RunningSimulator } from 'hub-simulator';
import { parse, stringify } from 'yaml';
import { ArgoHubClient } from '../../hub/ArgoHubClient';
import { AddressPolicy } from '../addressPolicy';
import { readKubeconfig } from '../kubeconfig';
import { readToken } from '../makeObjects';
import { SpokeClient } from '../spoke/SpokeClient';
import type { KubeObject } from '../spoke/types';
import type { OnboardingContext } from '../types';

/** Kinds that onboarding makes. */
const KINDS = [
  'namespaces',
  'serviceaccounts',
  'secrets',
  'roles',
  'rolebindings',
  'clusterroles',
  'clusterrolebindings',
];

const RBAC = 'rbac.authorization.k8s.io';

/** The simulator's demo, a client of its hub, and what a test asks of its spokes. */
export class World {
  readonly simulator: RunningSimulator;
  readonly context: OnboardingContext;
  readonly client: ArgoHubClient;

  static async start(): Promise<World> {
    return new World(await startSimulator({ timeScale: 10 }));
  }

  private constructor(simulator: RunningSimulator) {
    this.simulator = simulator;
    const { url, token } = simulator.hub;
    this.client = ArgoHubClient.create({
      annotations: [],
      hub: {
        name: 'main',
        title: 'Main',
        url,
        uiUrl: url,
        auth: { token },
        tls: { skipVerify: false },
        relistMs: 60_000,
        requestTimeoutMs: 10_000,
        prefixClusterEntities: false,
      },
    });
    this.context = {
      hub: 'main',
      client: this.client,
      policy: new AddressPolicy({ allowedServers: ['127.0.0.1'] }),
      config: {
        environments: ['staging', 'prod', 'dr', 'perf'],
        clusterLabels: {
          environment: 'env',
          role: 'role',
          region: 'region',
          failoverGroup: 'failover-group',
          lifecycle: 'lifecycle',
        },
        onboarding: { allowedServers: ['127.0.0.1'], credentials: {} },
      },
    };
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.simulator.stop();
  }

  /** What is asked for when perf is onboarded. */
  async registration(
    changes: Partial<ClusterRegistration> = {},
  ): Promise<ClusterRegistration> {
    return {
      name: 'perf',
      labels: { env: 'perf', region: 'us-central', 'deploy.agent': 'true' },
      destinationNamespaces: ['agent'],
      credential: { kubeconfig: await this.kubeconfig('perf') },
      ...changes,
    };
  }

  /** Names of the clusters that the hub has. */
  async clusterNames(): Promise<string[]> {
    const clusters = await this.client.listClusters();
    return clusters.map(({ name }) => name).sort();
  }

  async kubeconfig(spoke: string): Promise<string> {
    const info = this.spoke(spoke);
    return readFile(info.kubeconfigPath, 'utf8');
  }

  spoke(name: string) {
    return this.simulator.spokes.find(spoke => spoke.name === name)!;
  }

  /** Every object of the kinds that onboarding makes, as text to compare. */
  async objects(spoke: string): Promise<string[]> {
    const lists = await Promise.all(
      KINDS.map(async kind => {
        const items: KubeObject[] = await this.control(
          `/spokes/${spoke}/objects/${kind}`,
        );
        return items.map(
          ({ metadata }) =>
            `${kind} ${metadata.namespace ?? ''}/${metadata.name} ${
              metadata.resourceVersion
            }`,
        );
      }),
    );
    return lists.flat().sort();
  }

  async control(path: string, body?: object) {
    const response = await fetch(`${this.simulator.control.url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  /** The cluster's API with a credential of its own. */
  async connect(kubeconfig: string): Promise<SpokeClient> {
    const access = readKubeconfig(kubeconfig);
    const server = await this.context.policy.check(access.server);
    return new SpokeClient({ ...access, server });
  }

  /** A kubeconfig of a new account with the given rights and no others. */
  async limitedKubeconfig(
    spoke: string,
    options: { name: string; rules: object[] },
  ): Promise<string> {
    const { name, rules } = options;
    const account = { name, namespace: 'default' };
    const admin = await this.connect(await this.kubeconfig(spoke));
    const secret: KubeObject = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        ...account,
        annotations: { 'kubernetes.io/service-account.name': name },
      },
      type: 'kubernetes.io/service-account-token',
    };
    try {
      for (const object of [
        { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
        {
          apiVersion: `${RBAC}/v1`,
          kind: 'ClusterRole',
          metadata: { name },
          rules,
        },
        {
          apiVersion: `${RBAC}/v1`,
          kind: 'ClusterRoleBinding',
          metadata: { name },
          roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
          subjects: [{ kind: 'ServiceAccount', ...account }],
        },
        secret,
      ]) {
        await admin.create(object);
      }
      const token = await readToken(admin, secret);
      return changeKubeconfig(await this.kubeconfig(spoke), {
        user: { token },
      });
    } finally {
      await admin.close();
    }
  }
}

/** The same kubeconfig with other fields of its user or its cluster. */
export function changeKubeconfig(
  text: string,
  changes: { user?: object; cluster?: object },
): string {
  const config = parse(text);
  if (changes.user) config.users[0].user = changes.user;
  Object.assign(config.clusters[0].cluster, changes.cluster);
  return stringify(config);
}
