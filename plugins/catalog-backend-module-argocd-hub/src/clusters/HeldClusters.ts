import type { AuthService } from '@backstage/backend-plugin-api';
import {
  ANNOTATION_LOCATION,
  type Entity,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { CLUSTER_ANNOTATIONS } from 'backstage-plugin-argocd-hub-common';

const REFS_PER_CALL = 500;
const FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.annotations',
];

/** A cluster's entity as the catalog has it. */
export interface HeldCluster {
  entityRef: string;
  /** Name of the cluster at its hub. */
  cluster: string;
  server: string;
}

/** Where entities of this hub say they come from; nobody else can say so. */
export function locationOf(hub: string): string {
  return `argocd-hub:${hub}`;
}

/**
 * What the catalog holds of a hub's clusters. Asked anew each time, since
 * another replica may have written it, and people may have taken something away.
 */
export class HeldClusters {
  readonly #catalog: CatalogService;
  readonly #auth: AuthService;
  readonly #location: string;

  constructor(options: {
    catalog: CatalogService;
    auth: AuthService;
    hub: string;
  }) {
    this.#catalog = options.catalog;
    this.#auth = options.auth;
    this.#location = locationOf(options.hub);
  }

  /** By entity ref. */
  async read(): Promise<HeldCluster[]> {
    const { items } = await this.#catalog.getEntities(
      {
        filter: {
          kind: 'Resource',
          [`metadata.annotations.${ANNOTATION_LOCATION}`]: this.#location,
        },
        fields: FIELDS,
      },
      { credentials: await this.#auth.getOwnServiceCredentials() },
    );
    return items
      .map(entity => ({
        entityRef: stringifyEntityRef(entity),
        cluster: annotation(entity, CLUSTER_ANNOTATIONS.cluster),
        server: annotation(entity, CLUSTER_ANNOTATIONS.apiServer),
      }))
      .sort((a, b) => (a.entityRef < b.entityRef ? -1 : 1));
  }

  /** Which of these the catalog has from somebody else, and from where. */
  async ofOthers(entityRefs: string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (let start = 0; start < entityRefs.length; start += REFS_PER_CALL) {
      const part = entityRefs.slice(start, start + REFS_PER_CALL);
      const { items } = await this.#catalog.getEntitiesByRefs(
        { entityRefs: part, fields: FIELDS },
        { credentials: await this.#auth.getOwnServiceCredentials() },
      );
      items.forEach((entity, index) => {
        const location = entity && annotation(entity, ANNOTATION_LOCATION);
        if (entity && location !== this.#location) {
          found.set(part[index], location || 'an unknown place');
        }
      });
    }
    return found;
  }
}

function annotation(entity: Entity, key: string): string {
  return entity.metadata.annotations?.[key] ?? '';
}
