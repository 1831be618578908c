import type { LoggerService } from '@backstage/backend-plugin-api';
import type { SkippedCluster } from 'backstage-plugin-argocd-hub-common';
import { compareText } from '../compareText';
import type { ArgoCluster } from '../hub/types';
import type { HubStatusKeeper } from './HubStatusKeeper';
import { nameOfUnreadable } from './trimCluster';

/** Named; of all the others only the number is kept. */
const MOST_NAMED = 100;
/** So many a line of the log names. */
const MOST_TOLD = 5;

/** The clusters of one hub that cannot be read, as its last list had them. */
export class SkippedClusters {
  readonly #logger: LoggerService;
  readonly #status: Pick<HubStatusKeeper, 'noteSkippedClusters'>;
  #found: SkippedCluster[] = [];
  #said = '[]';
  #logged = '';

  constructor(options: {
    logger: LoggerService;
    status: Pick<HubStatusKeeper, 'noteSkippedClusters'>;
  }) {
    this.#logger = options.logger;
    this.#status = options.status;
  }

  /** A new list begins. */
  begin(): void {
    this.#found = [];
  }

  add(cluster: ArgoCluster, reason: string): void {
    this.#found.push({ name: nameOfUnreadable(cluster), reason });
  }

  /** The list is over. Told once, as long as they stay the same. */
  end(): void {
    const found = this.#found.sort((a, b) => compareText(lineOf(a), lineOf(b)));
    const skippedClusters = found.slice(0, MOST_NAMED);
    const said = JSON.stringify([found.length, skippedClusters]);
    if (said === this.#said) {
      return;
    }
    this.#said = said;
    this.#status.noteSkippedClusters({
      skippedClusters,
      skippedClusterCount: found.length,
    });
    this.#log(found);
  }

  #log(found: SkippedCluster[]): void {
    const first = found.slice(0, MOST_TOLD).map(lineOf);
    const logged = JSON.stringify([found.length, first]);
    if (found.length && logged !== this.#logged) {
      this.#logger.warn(
        `Skipped ${found.length} clusters that cannot be read`,
        { first },
      );
    }
    this.#logged = logged;
  }
}

function lineOf({ name, reason }: SkippedCluster): string {
  return `${name}: ${reason}`;
}
