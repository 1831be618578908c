import type { Config } from '@backstage/config';
import {
  type ConfigShape,
  refuseUnknownKeys as refuse,
} from 'backstage-plugin-argocd-hub-node';

const ANY: ConfigShape = {};

/** As in `config.d.ts` of this package. */
const ARGOCD_HUB: ConfigShape = {
  keys: {
    hubs: {
      each: {
        keys: {
          name: ANY,
          title: ANY,
          url: ANY,
          uiUrl: ANY,
          token: ANY,
          username: ANY,
          password: ANY,
          tls: {
            keys: { caFile: ANY, caData: ANY, dangerouslySkipTlsVerify: ANY },
          },
          relist: ANY,
          requestTimeout: ANY,
          heartbeat: { keys: { interval: ANY, maxPerSecond: ANY } },
          prefixClusterEntities: ANY,
        },
      },
    },
    environments: ANY,
    clusterLabels: {
      keys: {
        environment: ANY,
        role: ANY,
        region: ANY,
        failoverGroup: ANY,
        lifecycle: ANY,
      },
    },
    mapping: { keys: { applicationEntityRefKey: ANY, projects: ANY } },
    onboarding: {
      keys: {
        allowedServers: ANY,
        credentials: { each: { keys: { kubeconfigFile: ANY } } },
      },
    },
    history: { keys: { retention: ANY } },
    dangerouslyAllowWritesWithoutPermissions: ANY,
    // Of the catalog module, which checks what is in it.
    catalog: ANY,
  },
};

/** @throws InputError that names a key below `argocdHub` that is not known, and the one that was probably meant */
export function refuseUnknownKeys(config: Config): void {
  refuse(config.getOptional('argocdHub'), ARGOCD_HUB, 'argocdHub');
}
