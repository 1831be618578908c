import {
  DEFAULT_NAMESPACE,
  KubernetesValidatorFunctions,
  parseEntityRef,
} from '@backstage/catalog-model';
import type { Config } from '@backstage/config';
import {
  type ConfigShape,
  invalidConfig,
  refuseUnknownKeys,
} from 'backstage-plugin-argocd-hub-node';

/** Owner of clusters that name none. */
const UNKNOWN_OWNER = 'unknown';
const CATALOG_KEY = 'argocdHub.catalog';
const OWNER_KEY = 'argocdHub.catalog.clusterOwner';

/** As in `config.d.ts` of this package; the backend knows all else below `argocdHub`. */
const CATALOG: ConfigShape = {
  keys: { clusterOwner: {}, dependsOn: {}, declareModel: {} },
};

export interface ModuleConfig {
  /** Names of the configured hubs. */
  hubs: string[];
  /** An entity ref, perhaps without kind and namespace. */
  defaultOwner: string;
  /** Whether relations are written beside the annotations. */
  dependsOn: boolean;
}

/** @throws InputError that names the key which is wrong */
export function readConfig(config: Config): ModuleConfig {
  refuseUnknownKeys(config.getOptional(CATALOG_KEY), CATALOG, CATALOG_KEY);
  const root = config.getOptionalConfig('argocdHub');
  return {
    hubs: (root?.getOptionalConfigArray('hubs') ?? []).map(hub =>
      hub.getString('name'),
    ),
    defaultOwner: readOwner(config),
    dependsOn: root?.getOptionalBoolean('catalog.dependsOn') ?? false,
  };
}

/** Whether the annotations are declared to the catalog's model, which is an alpha feature of the catalog. */
export function declaresModel(config: Config): boolean {
  return config.getOptionalBoolean('argocdHub.catalog.declareModel') ?? false;
}

/** Whether it can be the ref of an entity, perhaps without kind and namespace. */
export function isOwnerRef(text: string): boolean {
  try {
    const { kind, namespace, name } = parseEntityRef(text, {
      defaultKind: 'group',
      defaultNamespace: DEFAULT_NAMESPACE,
    });
    return (
      KubernetesValidatorFunctions.isValidKind(kind) &&
      KubernetesValidatorFunctions.isValidNamespace(namespace) &&
      KubernetesValidatorFunctions.isValidObjectName(name)
    );
  } catch {
    return false;
  }
}

function readOwner(config: Config): string {
  const owner = config.getOptionalString(OWNER_KEY) ?? UNKNOWN_OWNER;
  if (!isOwnerRef(owner)) {
    throw invalidConfig(
      OWNER_KEY,
      `must be an entity ref such as group:default/platform, but is '${owner}'`,
    );
  }
  return owner;
}
