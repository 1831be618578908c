import type {
  ArgocdHubApi,
  ClusterAddress,
  ClusterSummary,
  FleetDeployment,
  Page,
} from 'backstage-plugin-argocd-hub-common';

type Api = Pick<ArgocdHubApi, 'getCluster' | 'getClusterDeployments'>;

/** A cluster and what runs there, as far as it was read. */
export interface ClusterContent {
  cluster: ClusterSummary;
  /** By namespace and name. */
  deployments: FleetDeployment[];
  /** Whether there are more of them. */
  hasMore: boolean;
}

/**
 * One cluster and as many pages of what runs there as are wanted, in one answer.
 * What did not change is not sent again.
 */
export class ClusterPages {
  readonly #api: Api;
  readonly #address: ClusterAddress;
  #cluster?: ClusterSummary;
  #pages: Page<FleetDeployment>[] = [];
  #answer?: ClusterContent;
  #wanted = 1;

  constructor(api: Api, address: ClusterAddress) {
    this.#api = api;
    this.#address = address;
  }

  /** From now on one more page than there is. */
  wantMore(): void {
    this.#wanted = this.#pages.length + 1;
  }

  /** Answers the same object as long as nothing changes. */
  readonly load = async (options: {
    signal: AbortSignal;
  }): Promise<ClusterContent> => {
    const { signal } = options;
    const [cluster, pages] = await Promise.all([
      this.#api.getCluster(this.#address, { held: this.#cluster, signal }),
      this.#readPages(signal),
    ]);
    const isSame =
      cluster === this.#cluster &&
      pages.length === this.#pages.length &&
      pages.every((page, at) => page === this.#pages[at]);
    if (!this.#answer || !isSame) {
      this.#cluster = cluster;
      this.#pages = pages;
      this.#answer = {
        cluster,
        deployments: pages.flatMap(({ items }) => items),
        hasMore: pages[pages.length - 1].nextCursor !== undefined,
      };
    }
    return this.#answer;
  };

  async #readPages(signal: AbortSignal): Promise<Page<FleetDeployment>[]> {
    const pages: Page<FleetDeployment>[] = [];
    let cursor: string | undefined;
    do {
      const before = this.#pages[pages.length - 1];
      const held =
        before?.nextCursor === cursor ? this.#pages[pages.length] : undefined;
      const page: Page<FleetDeployment> = await this.#api.getClusterDeployments(
        this.#address,
        { cursor },
        { held, signal },
      );
      pages.push(page);
      cursor = page.nextCursor;
    } while (cursor && pages.length < this.#wanted);
    return pages;
  }
}
