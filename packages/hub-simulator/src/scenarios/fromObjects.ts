import { Rbac } from '../hub/Rbac';
import type { Account } from '../hub/Sessions';
import type { Hub } from '../Hub';
import { CONTROL_PLANE } from '../state/names';
import type {
  Application,
  ApplicationSet,
  AppProject,
  ClusterConfig,
  ClusterSecret,
} from '../types/argocd';
import type { GenericObject } from '../types/kubernetes';

const SECRET_TYPE = 'argocd.argoproj.io/secret-type';

/** What the Kubernetes objects of an Argo CD say about it. */
export class HubObjects {
  readonly #objects: readonly GenericObject[];

  constructor(objects: readonly GenericObject[]) {
    this.#objects = objects;
  }

  /** The accounts of argocd-cm with the API keys of argocd-secret. */
  get accounts(): Account[] {
    const settings = this.#config('argocd-cm');
    const secret = this.#secret('argocd-secret');
    return Object.entries(settings).flatMap(([key, capabilities]) => {
      const [, name] = /^accounts\.([^.]+)$/.exec(key) ?? [];
      if (!name || settings[`accounts.${name}.enabled`] === 'false') return [];
      const isApiKey = capabilities.split(/\s*,\s*/).includes('apiKey');
      const apiKeys = keysOf(secret[`accounts.${name}.tokens`]);
      return [{ name, ...(isApiKey && { apiKeys }) }];
    });
  }

  /** The policy of argocd-rbac-cm; its default role goes to everyone named here. */
  policy(accounts: readonly Account[]): string {
    const config = this.#config('argocd-rbac-cm');
    const role = config['policy.default'];
    const defaults = role
      ? accounts.map(({ name }) => `g, ${name}, ${role}`)
      : [];
    return [config['policy.csv'] ?? '', ...defaults].join('\n');
  }

  /** A setting of argocd-cm. */
  setting(key: string): string | undefined {
    return this.#config('argocd-cm')[key];
  }

  get clusters(): ClusterSecret[] {
    return this.#ofKind('Secret')
      .filter(({ metadata }) => metadata.labels?.[SECRET_TYPE] === 'cluster')
      .map(clusterOf);
  }

  /** Puts the objects in as they are: uids, versions and status included. */
  restore({ state }: Hub): void {
    state.applications.restore(this.#stored<Application>('Application'));
    state.applicationSets.restore(
      this.#stored<ApplicationSet>('ApplicationSet'),
    );
    state.projects.restore(this.#stored<AppProject>('AppProject'));
    state.clusters.restore(this.clusters);
  }

  /** Accounts, policy and settings, as far as the simulator knows them. */
  configure({ state }: Hub, accounts: Account[]): void {
    state.accounts = accounts;
    state.rbac = new Rbac(this.policy(accounts));
    state.installationId = this.setting('installationID') ?? '';
  }

  #stored<T>(kind: string): T[] {
    return this.#ofKind(kind).map(object => {
      const { apiVersion: _, kind: __, metadata, ...rest } = object;
      const namespace = metadata.namespace ?? CONTROL_PLANE;
      return { metadata: { ...metadata, namespace }, ...rest } as T;
    });
  }

  #ofKind(kind: string): GenericObject[] {
    return this.#objects.filter(object => object.kind === kind);
  }

  #config(name: string): Record<string, string> {
    const found = this.#ofKind('ConfigMap').find(
      ({ metadata }) => metadata.name === name,
    );
    return (found?.data ?? {}) as Record<string, string>;
  }

  #secret(name: string): Record<string, string> {
    const found = this.#ofKind('Secret').find(
      ({ metadata }) => metadata.name === name,
    );
    return found ? dataOf(found) : {};
  }
}

/** The data of a Secret, decoded. */
export function dataOf(secret: GenericObject): Record<string, string> {
  const encoded = (secret.data ?? {}) as Record<string, string>;
  const plain = (secret.stringData ?? {}) as Record<string, string>;
  const decoded = Object.entries(encoded).map(([key, value]) => [
    key,
    Buffer.from(value, 'base64').toString('utf8'),
  ]);
  return { ...Object.fromEntries(decoded), ...plain };
}

function clusterOf(secret: GenericObject): ClusterSecret {
  const { labels = {}, namespace = CONTROL_PLANE } = secret.metadata;
  const { [SECRET_TYPE]: _, ...own } = labels;
  const data = dataOf(secret);
  const server = data.server ?? '';
  return {
    metadata: { ...secret.metadata, namespace, labels: own },
    data: {
      name: data.name || server,
      server,
      config: configOf(secret, data.config),
      ...(data.namespaces && { namespaces: data.namespaces.split(/\s*,\s*/) }),
      ...(data.clusterResources === 'true' && { clusterResources: true }),
      ...(data.project && { project: data.project }),
      ...(data.shard && { shard: Number(data.shard) }),
    },
  };
}

function configOf({ metadata }: GenericObject, text = '{}'): ClusterConfig {
  try {
    return JSON.parse(text) as ClusterConfig;
  } catch {
    throw new Error(`the config of Secret ${metadata.name} is not JSON`);
  }
}

function keysOf(tokens: string | undefined): string[] {
  if (!tokens) return [];
  try {
    return (JSON.parse(tokens) as { id: string }[]).map(({ id }) => id);
  } catch {
    throw new Error('the tokens of an account in argocd-secret are not JSON');
  }
}
