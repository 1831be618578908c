import { median, percentile } from './statistics';

/** One of those who are compared. */
export interface Contender {
  name: string;
  /** does the thing once */
  run(): Promise<unknown>;
}

/** How long and how often. */
export interface Effort {
  rounds: number;
  /** a turn of one contender lasts at least this long … */
  turnMs: number;
  /** … and takes at least so many samples per client */
  samples: number;
  /** without a turn that is thrown away first */
  cold?: boolean;
}

export interface Measured {
  name: string;
  clients: number;
  samples: number;
  /** milliseconds, of all rounds */
  p50: number;
  p95: number;
  /** median of a round, for each round */
  rounds: number[];
}

/**
 * Lets contenders take turns, so that whatever else the machine does hits all
 * alike. One turn of each is thrown away first, unless told otherwise.
 */
export async function takeTurns(
  contenders: Contender[],
  options: { clients: number; effort: Effort },
): Promise<Map<string, Measured>> {
  const { clients, effort } = options;
  const times = new Map(contenders.map(({ name }) => [name, [] as number[][]]));
  for (let round = effort.cold ? 0 : -1; round < effort.rounds; round += 1) {
    for (const contender of contenders) {
      const turn = await takeTurn(contender, clients, effort);
      if (round >= 0) times.get(contender.name)!.push(turn);
    }
  }
  return new Map(
    [...times].map(([name, rounds]) => {
      const all = rounds.flat();
      return [
        name,
        {
          name,
          clients,
          samples: all.length,
          p50: percentile(all, 0.5),
          p95: percentile(all, 0.95),
          rounds: rounds.map(median),
        },
      ];
    }),
  );
}

/** How many times longer the other takes: the median over the rounds. */
export function ratio(ours: Measured, other: Measured): number {
  return median(other.rounds.map((each, at) => each / ours.rounds[at]));
}

/** Every client does one thing after another until the turn is over. */
async function takeTurn(
  { run }: Contender,
  clients: number,
  { turnMs, samples }: Effort,
): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + turnMs;
  const client = async () => {
    for (let done = 0; done < samples || performance.now() < end; done += 1) {
      const start = performance.now();
      await run();
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return times;
}
