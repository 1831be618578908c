/** @public */
export const PLUGIN_ID = 'argocd-hub';

/** Under this address every hub lists its own cluster. @public */
export const IN_CLUSTER_SERVER = 'https://kubernetes.default.svc';

/** Channel of the signals that tell which answers may have changed. @public */
export const SIGNAL_CHANNEL = 'argocd-hub';

/** The message of a signal: opaque keys, never names. @public */
export interface ChangeSignal {
  /** Compared with `EntityDeployments.changeKey`. */
  changeKeys: string[];
}

/** The catalog's own resource type, repeated so that browsers need not load the catalog's permissions. */
export const RESOURCE_TYPE_CATALOG_ENTITY = 'catalog-entity';
