import { type Fixture, until } from '../../testing/Fixture';
import type { World } from '../cases/Case';

interface Cluster {
  connectionState: { attemptedAt: string | null };
}

/** A demo that has settled, and what the cases need to know of it. */
export async function worldOf(fixture: Fixture): Promise<World> {
  for (const name of ['staging', 'prod', 'dr']) {
    await fixture.waitFor(
      `agent-${name}`,
      ({ status }) => status.sync.status === 'Synced' && !!status.resources,
    );
  }
  await until(async () => {
    const { body } = await fixture.admin('/api/v1/clusters');
    return body.items.every(
      ({ connectionState }: Cluster) => connectionState.attemptedAt,
    );
  });
  const token = await fixture.adminToken('perf');
  return {
    fixture,
    cluster: name => fixture.clusterId(name),
    events: (application, kind) => fixture.eventQuery(application, kind),
    body: (name, fields = {}) => {
      const { url, caData } = fixture.spoke(name);
      return {
        server: url,
        name,
        config: { bearerToken: token, tlsClientConfig: { caData } },
        ...fields,
      };
    },
  };
}
