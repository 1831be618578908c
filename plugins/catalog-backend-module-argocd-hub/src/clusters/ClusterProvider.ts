import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import type { Entity } from '@backstage/catalog-model';
import type {
  CatalogService,
  EntityProvider,
  EntityProviderConnection,
  EntityProviderMutation,
} from '@backstage/plugin-catalog-node';
import type {
  ClusterSummary,
  HubDetails,
} from 'backstage-plugin-argocd-hub-common';
import type { HubReader } from '../HubReader';
import { Notice } from '../Notice';
import { chooseEntities, type LeftOut } from './chooseEntities';
import { clusterEntity } from './clusterEntity';
import { DeletionGuard } from './DeletionGuard';
import { type HeldCluster, HeldClusters, locationOf } from './HeldClusters';
import { keepBack, type KeptBack } from './keepBack';

/** So many clusters a line of the log names. */
const MOST_TOLD = 5;

interface ClusterProviderOptions {
  hub: string;
  defaultOwner: string;
  reader: HubReader;
  catalog: CatalogService;
  auth: AuthService;
  logger: LoggerService;
  /** Default: one of its own. */
  guard?: DeletionGuard;
}

/** The clusters of one hub as entities. */
export class ClusterProvider implements EntityProvider {
  readonly #options: ClusterProviderOptions;
  readonly #guard: DeletionGuard;
  readonly #held: HeldClusters;
  readonly #keptBack: Notice;
  readonly #leftOut: Notice;
  #connection: EntityProviderConnection | undefined;

  constructor(options: ClusterProviderOptions) {
    this.#options = options;
    this.#guard = options.guard ?? new DeletionGuard();
    this.#held = new HeldClusters(options);
    this.#keptBack = new Notice(options.logger);
    this.#leftOut = new Notice(options.logger);
  }

  /** Never change it: the catalog deletes what a provider that is gone has left. */
  getProviderName(): string {
    return `argocd-hub-clusters:${this.#options.hub}`;
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connection = connection;
  }

  /** Every replica counts: the one that removes next may not have removed before. */
  async count(): Promise<void> {
    this.#guard.sees((await this.#held.read()).length);
  }

  /**
   * Reads the clusters once and hands them to the catalog, which itself finds
   * what differs. Rejects, and changes nothing, when any of it cannot be read.
   */
  async refresh(): Promise<void> {
    const { hub: name, reader } = this.#options;
    if (!this.#connection) {
      return;
    }
    const hub = await reader.hub(name);
    if (!hub?.complete) {
      return; // not mirrored yet: what is missing proves nothing
    }
    const clusters = await reader.clusters(name);
    const held = await this.#held.read();
    const chosen = await this.#choose({ hub, clusters, held });
    const read = new Set(clusters.map(cluster => cluster.name));
    const gone = held.filter(({ cluster }) => !read.has(cluster));
    const keptBack = keepBack({
      ...{ hub, gone, guard: this.#guard },
      ...{ known: held.length, read: read.size },
    });
    this.#keptBack.say(this.#textOfKept(keptBack));
    await this.#connection.applyMutation(
      this.#mutation({ chosen, held, kept: keptBack.kept }),
    );
  }

  async #choose(options: {
    hub: HubDetails;
    clusters: ClusterSummary[];
    held: HeldCluster[];
  }): Promise<Entity[]> {
    const { hub, clusters, held } = options;
    const { defaultOwner } = this.#options;
    const candidates = clusters.flatMap(cluster => {
      const entity = clusterEntity(cluster, { defaultOwner });
      return entity ? [{ cluster: cluster.name, entity }] : [];
    });
    const ours = new Set(held.map(({ entityRef }) => entityRef));
    const refs = candidates.map(({ entity }) => stringifyEntityRef(entity));
    const { chosen, leftOut } = chooseEntities({
      ...{ hub: hub.name, conflicts: hub.nameConflicts, candidates, held },
      ofOthers: await this.#held.ofOthers([
        ...new Set(refs.filter(ref => !ours.has(ref))),
      ]),
    });
    this.#leftOut.say(this.#textOfLeftOut(leftOut));
    return chosen;
  }

  /** A whole list also clears away what the catalog could not process; with a part of one nothing else leaves. */
  #mutation(options: {
    chosen: Entity[];
    held: HeldCluster[];
    kept: HeldCluster[];
  }): EntityProviderMutation {
    const { chosen, held, kept } = options;
    const locationKey = locationOf(this.#options.hub);
    const entities = chosen.map(entity => ({ entity, locationKey }));
    if (kept.length === 0) {
      return { type: 'full', entities };
    }
    const staying = new Set([
      ...chosen.map(entity => stringifyEntityRef(entity)),
      ...kept.map(({ entityRef }) => entityRef),
    ]);
    return {
      type: 'delta',
      added: entities,
      removed: held
        .filter(({ entityRef }) => !staying.has(entityRef))
        .map(({ entityRef }) => ({ entityRef, locationKey })),
    };
  }

  #textOfKept({ kept, because }: KeptBack): string | undefined {
    return because === undefined
      ? undefined
      : `Hub '${this.#options.hub}' lists ${
          kept.length
        } clusters no more (${told(
          kept.map(({ cluster }) => cluster),
        )}); their entities stay, because ${because}`;
  }

  #textOfLeftOut(leftOut: LeftOut[]): string | undefined {
    return leftOut.length === 0
      ? undefined
      : `${leftOut.length} clusters of hub '${
          this.#options.hub
        }' get no entity, because others have those names (${told(
          leftOut.map(
            ({ cluster, entityRef, holder }) =>
              `${cluster}: ${entityRef} is ${holder}`,
          ),
        )}); set prefixClusterEntities for the hub, or rename one`;
  }
}

function told(names: string[]): string {
  const more = names.length - MOST_TOLD;
  return `${names.slice(0, MOST_TOLD).join(', ')}${
    more > 0 ? ` and ${more} more` : ''
  }`;
}
