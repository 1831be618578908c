import { compareText } from '../compareText';

/** Of more applications than this the hub copies and packs too much at once. */
const MOST_APPLICATIONS = 5_000;
/** What a halved limit never falls below: a round of very many lists helps nobody. */
const FEWEST_APPLICATIONS = 10;
/** Characters of a query: some fronts refuse addresses of 8 kB. */
const LONGEST_QUERY = 4_000;
/** After so many rounds without a refusal larger lists are tried again. */
const ROUNDS_UNTIL_GROWTH = 30;

/** What one list asks for. */
export interface ListBatch {
  /** Undefined for all of the hub. */
  projects?: string[];
  /** Applications that we know there. */
  known: number;
}

/**
 * Decides into which lists a round is cut, and learns from those that the hub
 * refuses as too large. The hub trims fields only after it has packed whole
 * applications, so less can be asked for only by asking for fewer of them.
 */
export class ListPlan {
  #most = MOST_APPLICATIONS;
  #wholeRefused = false;
  #quietRounds = 0;
  readonly #tooLarge = new Set<string>();

  /** Projects that not even alone fit into a list. */
  get tooLarge(): string[] {
    return [...this.#tooLarge];
  }

  /**
   * Whether one list may ask for everything, so that nobody needs to know the
   * projects.
   *
   * @param known - applications of the hub that we know
   */
  mayListWhole(known: number): boolean {
    return !this.#wholeRefused && known <= this.#most;
  }

  /**
   * Cuts projects into lists that the hub is expected to answer. Those that are
   * too large alone are left out.
   *
   * @param projects - with the number of applications that we know of each
   */
  batches(projects: ReadonlyMap<string, number>): ListBatch[] {
    const batches: Required<ListBatch>[] = [];
    const wanted = [...projects].filter(([name]) => !this.#tooLarge.has(name));
    // The largest first; whatever still fits is put in beside them.
    for (const [name, known] of wanted.sort(byCountAndName)) {
      const fitting = batches.find(
        batch =>
          batch.known + known <= this.#most &&
          queryLength([...batch.projects, name]) <= LONGEST_QUERY,
      );
      if (fitting) {
        fitting.projects.push(name);
        fitting.known += known;
      } else {
        batches.push({ projects: [name], known });
      }
    }
    return batches;
  }

  /**
   * The hub refused a list as too large. Answers what to ask for in its place:
   * the projects of `batch`, cut smaller; none where it was one project alone.
   *
   * @param projects - with the number of applications that we know of each
   * @param options.knowsAll - whether these numbers are true: else nothing can be learned from them
   */
  refused(
    batch: ListBatch,
    projects: ReadonlyMap<string, number>,
    options: { knowsAll: boolean },
  ): ListBatch[] {
    this.#quietRounds = 0;
    const { projects: asked, known } = batch;
    if (asked?.length === 1) {
      this.#tooLarge.add(asked[0]);
      return [];
    }
    if (known && options.knowsAll) {
      const half = Math.max(FEWEST_APPLICATIONS, Math.ceil(known / 2));
      this.#most = Math.min(this.#most, half);
    }
    if (!asked) {
      this.#wholeRefused = true;
      return this.batches(projects);
    }
    return halves(asked, projects);
  }

  /** Lists these again, though they once were too large. */
  retry(projects: string[]): void {
    projects.forEach(project => this.#tooLarge.delete(project));
  }

  /** A round ended. What became smaller since may be listed in larger parts again. */
  roundEnded(): void {
    this.#quietRounds += 1;
    if (this.#quietRounds >= ROUNDS_UNTIL_GROWTH) {
      this.#quietRounds = 0;
      this.#most = Math.min(MOST_APPLICATIONS, 2 * this.#most);
      this.#wholeRefused = false;
      this.#tooLarge.clear();
    }
  }
}

/** Cuts so that both parts have about as many applications. Of many empty projects both get some. */
function halves(
  asked: string[],
  projects: ReadonlyMap<string, number>,
): ListBatch[] {
  const parts: Required<ListBatch>[] = [
    { projects: [], known: 0 },
    { projects: [], known: 0 },
  ];
  const sized = asked.map(name => [name, projects.get(name) ?? 0] as const);
  for (const [name, known] of sized.sort(byCountAndName)) {
    const [part] = parts.sort(
      (a, b) => a.known - b.known || a.projects.length - b.projects.length,
    );
    part.projects.push(name);
    part.known += known;
  }
  return parts;
}

function byCountAndName(
  [nameA, countA]: readonly [string, number],
  [nameB, countB]: readonly [string, number],
): number {
  return countB - countA || compareText(nameA, nameB);
}

function queryLength(projects: string[]): number {
  return projects.reduce(
    (length, name) => length + encodeURIComponent(name).length + 10,
    0,
  );
}
