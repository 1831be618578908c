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
import { placedOnAsWritten, placementAnnotations } from './annotations';
import { refreshKey } from './PlacementProcessor';
import type { PlacementSnapshot } from './PlacementSnapshot';
import { hasRelations } from './relations';

const KEYS_PER_CALL = 500;
const PAGE = 500;
const FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.annotations',
];

interface PlacementProviderOptions {
  reader: HubReader;
  snapshot: PlacementSnapshot;
  catalog: CatalogService;
  auth: AuthService;
  /** Whether relations are written beside the annotations. */
  dependsOn: boolean;
}

/**
 * Feeds the snapshot and asks the catalog to look again at the entities that
 * moved. Has no entities of its own.
 */
export class PlacementProvider implements EntityProvider {
  readonly #options: PlacementProviderOptions;
  #connection: EntityProviderConnection | undefined;
  #cursor: string | undefined;
  /** Moved, and the catalog was not told yet. */
  readonly #waiting = new Set<string>();
  /** Something may have moved while we did not look. */
  #mustCompare = true;
  /** What could be trusted when it was last compared. */
  #trust = '';

  constructor(options: PlacementProviderOptions) {
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
    await this.#load();
    await this.#compare();
    await this.#tell();
  }

  async #load(): Promise<void> {
    const { reader, snapshot } = this.#options;
    const isFirst = !snapshot.loaded;
    const answer = await reader.placements(this.#cursor);
    const moved = snapshot.apply(answer);
    this.#cursor = answer.cursor;
    const trust = `${answer.trustworthy} ${answer.settled?.join() ?? ''}`;
    if (isFirst || trust !== this.#trust) {
      this.#mustCompare = true;
    }
    this.#trust = trust;
    if (!isFirst) {
      moved.forEach(ref => this.#waiting.add(ref));
    }
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
    const { snapshot, dependsOn } = this.#options;
    const placed = snapshot.placedOn(ref, placedOnAsWritten(entity));
    const wanted = placementAnnotations(placed);
    return (
      Object.values(PLACEMENT_ANNOTATIONS).some(
        key => entity.metadata.annotations?.[key] !== wanted[key],
      ) ||
      (dependsOn && !hasRelations(entity, placed))
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
    const { catalog, auth, dependsOn } = this.#options;
    yield* catalog.streamEntities(
      {
        filter: {
          [`metadata.annotations.${PLACEMENT_ANNOTATIONS.clusters}`]:
            CATALOG_FILTER_EXISTS,
        },
        fields: dependsOn ? [...FIELDS, 'relations'] : FIELDS,
        pageSize: PAGE,
      },
      { credentials: await auth.getOwnServiceCredentials() },
    );
  }
}
