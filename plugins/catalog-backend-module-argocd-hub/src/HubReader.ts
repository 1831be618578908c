import type {
  AuthService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import {
  ArgocdHubClient,
  type ClusterSummary,
  type HubDetails,
  PLUGIN_ID,
  type Placements,
} from 'backstage-plugin-argocd-hub-common';

/** Reads the backend of Argo CD Hub as the catalog itself. */
export class HubReader {
  readonly #auth: AuthService;
  readonly #client: ArgocdHubClient;

  constructor(options: { auth: AuthService; discovery: DiscoveryService }) {
    this.#auth = options.auth;
    this.#client = new ArgocdHubClient({ discoveryApi: options.discovery });
  }

  async hub(name: string): Promise<HubDetails | undefined> {
    const { items } = await this.#client.getHubs(await this.#token());
    return items.find(hub => hub.name === name);
  }

  /** All clusters of a hub. Rejects rather than answering a part of them. */
  async clusters(hub: string): Promise<ClusterSummary[]> {
    const found: ClusterSummary[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#client.getClusters(
        { hub, cursor },
        await this.#token(),
      );
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor);
    return found;
  }

  async placements(since: string | undefined): Promise<Placements> {
    return this.#client.getPlacements({ since, ...(await this.#token()) });
  }

  async #token(): Promise<{ token: string }> {
    return this.#auth.getPluginRequestToken({
      onBehalfOf: await this.#auth.getOwnServiceCredentials(),
      targetPluginId: PLUGIN_ID,
    });
  }
}
