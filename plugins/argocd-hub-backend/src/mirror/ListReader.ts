import { HubError } from '../hub/HubError';
import { listsRevision } from '../hub/fieldSets';
import type { ArgoProject } from '../hub/types';
import type { ApplicationIndex } from './ApplicationIndex';
import type { HubStatusKeeper } from './HubStatusKeeper';
import { ListComparer, type ListedDifference } from './ListComparer';
import { type ListBatch, ListPlan } from './ListPlan';
import { ListProgress } from './ListProgress';
import type { MirrorContext } from './MirrorContext';
import { projectsToList } from './projects';
import { ReadBudget } from './ReadBudget';
import { callRoll } from './RollCall';

/** So many failures in a row, and the hub is left in peace. */
const FAILURES_IN_A_ROW = 2;

/** What reading everything that a hub lists came to. */
export interface ListRound {
  /** Its number, by which the index knows what it named. */
  list: number;
  /** When it began, by `performance.now()`. */
  began: number;
  differing: ListedDifference[];
  /** Stored, and not named though their projects were told completely. */
  missing: string[];
  /** How many applications were named. */
  listed: number;
  /** Listed, but unreadable: what it is called, or what it calls itself. */
  unreadable: ReadonlySet<string>;
  /** Whether the lists cover every project there is, so that what they lack is likely gone. */
  isSure: boolean;
  /** Whether everything is named now, or was by an earlier round or the stream. */
  isFull: boolean;
  /** Of the first list that failed. */
  failure?: unknown;
  /** Projects that cannot be listed. */
  tooLarge: string[];
  /** Milliseconds. */
  tookMs: number;
}

/**
 * Reads all applications of a hub in lists that it can answer, and compares
 * them with what is stored. What fails costs only its own projects.
 */
export class ListReader {
  readonly #context: MirrorContext;
  readonly #index: ApplicationIndex;
  readonly #status: HubStatusKeeper;
  readonly #plan = new ListPlan();
  readonly #rollBudget: ReadBudget;
  /** Projects whose roll was called to its end. */
  readonly #called = new Set<string>();
  readonly #burstEnded: () => boolean;
  #rounds = 0;
  #toldOfProjects = false;

  constructor(options: {
    context: MirrorContext;
    index: ApplicationIndex;
    status: HubStatusKeeper;
    /** Whether the stream has told everything once. */
    burstEnded(): boolean;
  }) {
    this.#context = options.context;
    this.#index = options.index;
    this.#status = options.status;
    this.#burstEnded = options.burstEnded;
    const { pausePerList } = options.context.timing;
    this.#rollBudget = new ReadBudget({ pausePerRead: pausePerList });
  }

  /** Rejects only where not even the projects can be had. */
  async read(version: string): Promise<ListRound> {
    const began = performance.now();
    this.#rounds += 1;
    const round = new ListProgress(
      new ListComparer({
        context: this.#context,
        index: this.#index,
        status: this.#status,
        listsRevision: listsRevision(version),
        list: this.#rounds,
      }),
    );
    await this.#readLists(round);
    const tookMs = performance.now() - began;
    await this.#callRoll(round);
    this.#forgetCalled(round);
    this.#plan.roundEnded();
    const missing = this.#index.notListed({
      list: this.#rounds,
      moment: began,
      covered: project => round.covers(project),
    });
    return this.#result(round, { began, missing, tookMs });
  }

  async #readLists(round: ListProgress): Promise<void> {
    const known = this.#index.size;
    const queue: ListBatch[] = this.#plan.mayListWhole(known)
      ? [{ known }]
      : this.#plan.batches(await this.#projects(round));
    for (let batch = queue.shift(); batch; batch = queue.shift()) {
      try {
        await this.#readList(batch, round);
        round.answered(batch);
      } catch (error) {
        this.#context.signal.throwIfAborted();
        if (error instanceof HubError && error.isTooLarge) {
          const projects = await this.#projects(round);
          const knowsAll = this.#burstEnded() || this.#status.isComplete;
          queue.unshift(...this.#plan.refused(batch, projects, { knowsAll }));
        } else if (round.failed(error) >= FAILURES_IN_A_ROW) {
          return;
        }
      }
    }
  }

  async #readList(
    { projects }: ListBatch,
    { comparer }: ListProgress,
  ): Promise<void> {
    const { client, signal } = this.#context;
    const asked = performance.now();
    await client.listApplications({
      projects,
      signal,
      onItem: application => comparer.see(application, asked),
    });
  }

  /** Far dearer for the hub than a list: it has its own share of the time. */
  async #callRoll(round: ListProgress): Promise<void> {
    const projects = this.#plan.tooLarge;
    const isDue =
      this.#rollBudget.isPaid ||
      projects.some(project => !this.#called.has(project));
    if (!projects.length || !isDue || round.failure) {
      return;
    }
    const began = performance.now();
    let busyMs: number | undefined;
    try {
      const result = await callRoll({
        context: this.#context,
        projects,
        onApplication: (application, asked) =>
          round.comparer.see(application, asked),
      });
      busyMs = result.busyMs;
      this.#rollCalled(projects, { silent: result.silent, round });
    } catch (error) {
      this.#context.signal.throwIfAborted();
      round.failed(error);
    } finally {
      this.#rollBudget.spent(busyMs ?? performance.now() - began, {
        isGood: busyMs !== undefined,
      });
    }
  }

  /** Of those that are silent a list says whether they are empty. */
  #rollCalled(
    projects: string[],
    { silent, round }: { silent: string[]; round: ListProgress },
  ): void {
    const told = projects.filter(project => !silent.includes(project));
    round.answered({ projects: told });
    told.forEach(project => this.#called.add(project));
    silent.forEach(project => this.#called.delete(project));
    this.#plan.retry(silent);
    round.isPart ||= silent.length > 0;
  }

  /** Those that are listed by now, or gone. */
  #forgetCalled(round: ListProgress): void {
    const { tooLarge } = this.#plan;
    for (const project of this.#called) {
      const isGone = round.projects && !round.projects.counts.has(project);
      const isListed = !tooLarge.includes(project) && round.covers(project);
      if (isGone || isListed) {
        this.#called.delete(project);
      }
    }
  }

  /** Asked for at most once in a round. */
  async #projects(round: ListProgress): Promise<ReadonlyMap<string, number>> {
    if (!round.projects) {
      const told = await this.#toldProjects(round);
      round.projects = projectsToList(this.#index.projects(), told);
      if (told && !round.projects.areAll) {
        this.#tellOfProjects();
      }
    }
    return round.projects.counts;
  }

  /** Undefined where the hub fails to say; what we know of them can be listed all the same. */
  async #toldProjects(round: ListProgress): Promise<ArgoProject[] | undefined> {
    try {
      return await this.#context.client.listProjects();
    } catch (error) {
      if (!(error instanceof HubError) || error.isOutage) {
        throw error;
      }
      if (error.isMissing) {
        return [];
      }
      round.failed(error);
      return undefined;
    }
  }

  #tellOfProjects(): void {
    if (this.#toldOfProjects) {
      return;
    }
    this.#toldOfProjects = true;
    const error = new HubError({
      class: 'http',
      status: 403,
      message:
        "The hub does not tell its projects: applications in new ones are learned from the stream alone. The account needs 'projects, get, *'",
    });
    this.#context.logger.warn(error.message);
    this.#status.failed(error);
  }

  #result(
    round: ListProgress,
    part: Pick<ListRound, 'began' | 'missing' | 'tookMs'>,
  ): ListRound {
    const { comparer, failure, projects } = round;
    const { tooLarge } = this.#plan;
    const areProjectsSure = !projects || projects.areAll;
    const isWhole = !failure && !round.isPart;
    return {
      ...part,
      list: this.#rounds,
      differing: [...comparer.differing.values()],
      listed: comparer.listed,
      unreadable: comparer.unreadable,
      isSure: isWhole && !tooLarge.length && areProjectsSure,
      isFull:
        isWhole &&
        tooLarge.every(project => this.#called.has(project)) &&
        (areProjectsSure || this.#burstEnded()),
      failure,
      tooLarge,
    };
  }
}
