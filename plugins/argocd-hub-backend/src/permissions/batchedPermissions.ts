import type {
  AuthService,
  DiscoveryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { type Config, ConfigReader } from '@backstage/config';
import { ServerPermissionClient } from '@backstage/plugin-permission-node';

/**
 * A permission client that asks about many refs in one query, which Backstage's
 * own only does where app-config says so: else 200 refs are a body that no
 * permission backend takes. The backend needs nothing for it.
 *
 * Undefined where the permission service is not Backstage's own: it may decide
 * by other rules, and nobody may go around them.
 */
export function batchedPermissions(options: {
  permissions: PermissionsService;
  config: Config;
  discovery: DiscoveryService;
  auth: AuthService;
}): PermissionsService | undefined {
  const { permissions, config, discovery, auth } = options;
  if (!(permissions instanceof ServerPermissionClient)) {
    return undefined;
  }
  const permission = {
    ...config.getOptional<object>('permission'),
    EXPERIMENTAL_enableBatchedRequests: true,
  };
  return ServerPermissionClient.fromConfig(new ConfigReader({ permission }), {
    discovery,
    auth,
  });
}
