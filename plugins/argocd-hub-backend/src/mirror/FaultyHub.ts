import type { HubFault } from '../config';
import { HubError } from '../hub/HubError';
import type { MirroredHubClient } from './MirrorContext';

/**
 * Stands for a hub that cannot be called as it is configured. To everybody it
 * is a hub that is down, and says why.
 */
export class FaultyHub implements MirroredHubClient {
  readonly downSince = Date.now();
  readonly #fault: HubFault;

  constructor(fault: HubFault) {
    this.#fault = fault;
  }

  readonly version = () => this.#fail();
  readonly listApplications = () => this.#fail();
  readonly getApplication = () => this.#fail();
  readonly refreshApplication = () => this.#fail();
  readonly streamApplications = () => this.#fail();
  readonly listClusters = () => this.#fail();
  readonly getCluster = () => this.#fail();
  readonly resourceTree = () => this.#fail();
  readonly revisionMetadata = () => this.#fail();
  readonly createCluster = () => this.#fail();
  readonly replaceLabels = () => this.#fail();
  readonly listApplicationSets = () => this.#fail();
  readonly listProjects = () => this.#fail();
  readonly generateApplicationSet = () => this.#fail();
  readonly canI = () => this.#fail();

  /** Never rejects, as of any hub. */
  async probe(): Promise<{ status: number }> {
    return { status: 503 };
  }

  async close(): Promise<void> {}

  async #fail(): Promise<never> {
    const { class: kind, message } = this.#fault;
    throw new HubError({ class: kind, message });
  }
}
