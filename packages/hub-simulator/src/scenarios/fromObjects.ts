import { clusterSecret } from '../hub/clusters/secretObject';
import { Rbac } from '../hub/Rbac';
import type { Account } from '../hub/Sessions';
import type { Hub } from '../Hub';
import type { HubSettings } from '../state/HubSettings';
import { CONTROL_PLANE } from '../state/names';
import type { ApplicationSet } from '../types/applicationset';
import type { Application, AppProject, ClusterSecret } from '../types/argocd';
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

  /** The policy of argocd-rbac-cm, with the parts that overlays add. */
  get rbac(): Rbac {
    const config = this.#config('argocd-rbac-cm');
    const parts = Object.keys(config).filter(key =>
      /^policy\..*csv$/.test(key),
    );
    const policy = parts.map(key => config[key]).join('\n');
    return new Rbac(policy, { defaultRole: config['policy.default'] });
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
    state.rbac = this.rbac;
    state.installationId = this.setting('installationID') ?? '';
    Object.assign(state.settings, settingsOf(this.#config('argocd-cm')));
    const parameters = this.#config('argocd-cmd-params-cm');
    state.applicationNamespaces = listOf(parameters['application.namespaces']);
    state.settings.hydratorEnabled = parameters['hydrator.enabled'] === 'true';
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

/** The settings that argocd-cm gives; the others keep their defaults. */
function settingsOf(config: Record<string, string>): Partial<HubSettings> {
  const found: Partial<HubSettings> = {
    anonymousEnabled: flagOf(config['users.anonymous.enabled']),
    inClusterEnabled: flagOf(config['cluster.inClusterEnabled']),
    execEnabled: flagOf(config['exec.enabled']),
    sessionSeconds: secondsOf(config['users.session.duration']),
    appLabelKey: config['application.instanceLabelKey'],
    trackingMethod: config['application.resourceTrackingMethod'],
    passwordPattern: config.passwordPattern,
    bannerContent: config['ui.bannercontent'],
  };
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => value !== undefined),
  );
}

function flagOf(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text === 'true';
}

/** A duration as Go writes it, in seconds. */
function secondsOf(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const units: Record<string, number> = { h: 3600, m: 60, s: 1 };
  return [...text.matchAll(/([\d.]+)([hms])/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * units[unit],
    0,
  );
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(/\s*,\s*/).filter(Boolean);
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
  const { name, namespace = CONTROL_PLANE } = secret.metadata;
  try {
    const { metadata, data } = clusterSecret(secret);
    return { metadata: { ...secret.metadata, ...metadata, namespace }, data };
  } catch {
    // The error would quote what it could not read.
    throw new Error(`the config of Secret ${name} is not JSON`);
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
