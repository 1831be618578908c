import type { AuthService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import { type Entity, stringifyEntityRef } from '@backstage/catalog-model';
import type {
  CatalogService,
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import { PLACEMENT_ANNOTATIONS } from 'backstage-plugin-argocd-hub-common';
import type { HubReader } from '../HubReader';
import { placementAnnotations } from './annotations';
import { refreshKey } from './PlacementProcessor';
import type { PlacementSnapshot } from './PlacementSnapshot';

const KEYS_PER_CALL = 500;
const PAGE = 500;

/**
 * Feeds the snapshot and asks the catalog to look again at the entities that
 * moved. Has no entities of its own.
 */
export class PlacementProvider implements EntityProvider {
  readonly #options: {
    reader: HubReader;
    snapshot: PlacementSnapshot;
    catalog: CatalogService;
    auth: AuthService;
  };
  #connection: EntityProviderConnection | undefined;
  #cursor: string | undefined;
  /** Moved, and the catalog was not told yet. */
  readonly #waiting = new Set<string>();
  /** Something may have moved while we did not look. */
  #mustCompare = true;

  constructor(options: {
    reader: HubReader;
    snapshot: PlacementSnapshot;
    catalog: CatalogService;
    auth: AuthService;
  }) {
    this.#options = options;
  }

  getProviderName(): string {
    return 'argocd-hub-placements';
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connection = connection;
  }

  /** Reads what changed once. Its interval is the debounce. */
  async refresh(): Promise<void> {
    const { reader, snapshot } = this.#options;
    const trusted = snapshot.trustworthy;
    const isFirst = !snapshot.loaded;
    const answer = await reader.placements(this.#cursor);
    const moved = snapshot.apply(answer);
    this.#cursor = answer.cursor;
    if (isFirst || (snapshot.trustworthy && !trusted)) {
      this.#mustCompare = true;
    } else {
      moved.forEach(ref => this.#waiting.add(ref));
    }
    await this.#compare();
    await this.#tell();
  }

  /** Finds the entities whose annotations say something else: a restart alone changes none. */
  async #compare(): Promise<void> {
    if (!this.#mustCompare) {
      return;
    }
    const { snapshot } = this.#options;
    const unseen = new Set(snapshot.refs());
    for await (const entities of this.#annotated()) {
      for (const entity of entities) {
        const ref = stringifyEntityRef(entity);
        unseen.delete(ref);
        if (this.#differs(entity, ref)) this.#waiting.add(ref);
      }
    }
    unseen.forEach(ref => this.#waiting.add(ref));
    this.#mustCompare = false;
  }

  #differs(entity: Entity, ref: string): boolean {
    const { snapshot } = this.#options;
    const placed = snapshot.get(ref);
    if (!placed && !snapshot.trustworthy) {
      return false;
    }
    const wanted = placementAnnotations(placed);
    return Object.values(PLACEMENT_ANNOTATIONS).some(
      key => entity.metadata.annotations?.[key] !== wanted[key],
    );
  }

  async #tell(): Promise<void> {
    const refs = [...this.#waiting];
    for (let start = 0; start < refs.length; start += KEYS_PER_CALL) {
      const part = refs.slice(start, start + KEYS_PER_CALL);
      await this.#connection?.refresh({ keys: part.map(refreshKey) });
      part.forEach(ref => this.#waiting.delete(ref));
    }
  }

  async *#annotated(): AsyncIterable<Entity[]> {
    const { catalog, auth } = this.#options;
    yield* catalog.streamEntities(
      {
        filter: {
          [`metadata.annotations.${PLACEMENT_ANNOTATIONS.clusters}`]:
            CATALOG_FILTER_EXISTS,
        },
        fields: [
          'kind',
          'metadata.name',
          'metadata.namespace',
          'metadata.annotations',
        ],
        pageSize: PAGE,
      },
      { credentials: await auth.getOwnServiceCredentials() },
    );
  }
}
