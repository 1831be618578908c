import type { ListComparer } from './ListComparer';
import type { ListBatch } from './ListPlan';

/** What is gathered while one round is read. */
export class ListProgress {
  readonly comparer: ListComparer;
  projects?: { counts: Map<string, number>; areAll: boolean };
  failure?: unknown;
  /** Whether some projects have to wait for the next round. */
  isPart = false;
  readonly #answered = new Set<string>();
  #all = false;
  #failuresInARow = 0;

  constructor(comparer: ListComparer) {
    this.comparer = comparer;
  }

  answered({ projects }: Pick<ListBatch, 'projects'>): void {
    this.#failuresInARow = 0;
    this.#all ||= projects === undefined;
    projects?.forEach(project => this.#answered.add(project));
  }

  /** Answers how many failures in a row these are. */
  failed(error: unknown): number {
    this.failure ??= error;
    this.#failuresInARow += 1;
    return this.#failuresInARow;
  }

  /** Whether everything in the project was told. */
  covers(project: string): boolean {
    return this.#all || this.#answered.has(project);
  }
}
