import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { Visible } from '../mapping/explain/Visible';
import type { Access } from './Access';

/** What a caller may see of clusters, asked once for one answer. */
export async function visibleTo(
  access: Access,
  credentials: BackstageCredentials,
): Promise<Visible> {
  const scope = await access.clusterScope(credentials);
  return scope
    ? new Visible({
        keys: await scope.keys(),
        outside: hub => scope.hasOutside(hub),
      })
    : Visible.none;
}
