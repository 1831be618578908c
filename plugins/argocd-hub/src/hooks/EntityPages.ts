import type {
  ArgocdHubApi,
  ClusterSummary,
  EntityDeployments,
} from 'backstage-plugin-argocd-hub-common';

/**
 * The deployments of one entity, as many pages as are wanted, in one answer. A
 * page that did not change is not sent again.
 */
export class EntityPages {
  readonly #api: Pick<ArgocdHubApi, 'getEntityDeployments'>;
  readonly #entityRef: string;
  #pages: EntityDeployments[] = [];
  #answer?: EntityDeployments;
  #wanted = 1;

  constructor(
    api: Pick<ArgocdHubApi, 'getEntityDeployments'>,
    entityRef: string,
  ) {
    this.#api = api;
    this.#entityRef = entityRef;
  }

  /** From now on one more page than there is. */
  wantMore(): void {
    this.#wanted = this.#pages.length + 1;
  }

  /** Answers the same object as long as nothing changes. */
  readonly load = async (options: {
    signal: AbortSignal;
  }): Promise<EntityDeployments> => {
    const pages: EntityDeployments[] = [];
    let cursor: string | undefined;
    do {
      pages.push(await this.#page(pages.length, cursor, options.signal));
      cursor = pages[pages.length - 1].nextCursor;
    } while (cursor && pages.length < this.#wanted);
    const isSame =
      pages.length === this.#pages.length &&
      pages.every((page, at) => page === this.#pages[at]);
    if (!this.#answer || !isSame) {
      this.#pages = pages;
      this.#answer = joined(pages);
    }
    return this.#answer;
  };

  /** The page held, if that is still how it is. */
  async #page(
    at: number,
    cursor: string | undefined,
    signal: AbortSignal,
  ): Promise<EntityDeployments> {
    const began = at === 0 ? undefined : this.#pages[at - 1]?.nextCursor;
    const held = began === cursor ? this.#pages[at] : undefined;
    const page = await this.#api.getEntityDeployments(this.#entityRef, {
      ...(held && { ifVersion: held.version }),
      ...(cursor && { cursor }),
      signal,
    });
    return page ?? held!;
  }
}

/** What is said of all rows is taken from the first page. */
function joined(pages: EntityDeployments[]): EntityDeployments {
  if (pages.length === 1) {
    return pages[0];
  }
  const clusters = new Map<string, ClusterSummary>();
  for (const cluster of pages.flatMap(page => page.clusters)) {
    clusters.set(`${cluster.hub}/${cluster.name}`, cluster);
  }
  return {
    ...pages[0],
    deployments: distinct(pages.flatMap(page => page.deployments)),
    clusters: [...clusters.values()],
    nextCursor: pages[pages.length - 1].nextCursor,
  };
}

/** Between two requests a row may have moved from one page to another. */
function distinct(rows: EntityDeployments['deployments']) {
  const idOf = (row: { hub: string; namespace: string; name: string }) =>
    [row.hub, row.namespace, row.name].join('/');
  return [...new Map(rows.map(row => [idOf(row), row])).values()];
}
