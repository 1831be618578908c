import type { Config } from '@backstage/config';

/** Owner of clusters that name none. */
const UNKNOWN_OWNER = 'unknown';

export function readConfig(config: Config): {
  /** Names of the configured hubs. */
  hubs: string[];
  defaultOwner: string;
} {
  const root = config.getOptionalConfig('argocdHub');
  return {
    hubs: (root?.getOptionalConfigArray('hubs') ?? []).map(hub =>
      hub.getString('name'),
    ),
    defaultOwner:
      root?.getOptionalString('catalog.clusterOwner') ?? UNKNOWN_OWNER,
  };
}
