import type { Placements } from 'backstage-plugin-argocd-hub-common';
import type { Http } from '../measure/http';
import { refOf } from '../subjects/ours';
import type { ClaimingEntity } from './claimingEntities';

/** Follows placements as the catalog module does: everything once, then what is new. */
export class PlacementReader {
  readonly #http: Pick<Http, 'json'>;
  readonly #clusters = new Map<string, string>();
  #cursor: string | undefined;

  constructor(http: Pick<Http, 'json'>) {
    this.#http = http;
  }

  /** Reads on. */
  async read(): Promise<void> {
    const since = this.#cursor
      ? `?since=${encodeURIComponent(this.#cursor)}`
      : '';
    const answer = await this.#http.json<Placements>({
      path: `/api/argocd-hub/placements${since}`,
    });
    if (answer.complete) this.#clusters.clear();
    for (const { entityRef, clusters } of answer.items) {
      this.#clusters.set(entityRef, clusters.join());
    }
    this.#cursor = answer.cursor;
  }

  /** How many of them are on any cluster, as last read. */
  placed(entities: ClaimingEntity[]): number {
    return entities.filter(entity => this.#of(entity)).length;
  }

  /** How many of them are where they belong and nowhere else, as last read. */
  placedRight(entities: ClaimingEntity[]): number {
    return entities.filter(
      entity =>
        entity.clusters.length > 0 &&
        this.#of(entity) === entity.clusters.join(),
    ).length;
  }

  #of({ name }: ClaimingEntity): string {
    return this.#clusters.get(refOf(name)) ?? '';
  }
}
