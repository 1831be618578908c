import {
  type Effort,
  type Measured,
  ratio,
  takeTurns,
} from '../measure/rounds';
import { runView, type View } from '../measure/View';
import type { Http } from '../measure/http';
import { amount, type Finding, type Target } from '../report/Finding';
import { entityRoute, type Ours } from '../subjects/ours';
import type { Incumbent } from '../subjects/Subject';
import type { Service, World } from '../World';

const OURS = 'ours';
const CLIENTS = [1, 10];
/** By number of clients; for the service of the headline. */
const TARGETS: Record<number, Target> = {
  1: { atLeast: 20 },
  10: { atLeast: 50 },
};

export function viewOfOurs({ name }: Service): View {
  return { name: OURS, steps: [[entityRoute(name)]] };
}

/** One page view of ours beside those of the incumbents, kind cases and worst ones. */
export async function pageViews(options: {
  world: World;
  service: Service;
  ours: Ours;
  incumbents: Incumbent[];
  efforts: { ordinary: Effort; slow: Effort };
  isHeadline: boolean;
}): Promise<Finding[]> {
  const { world, service, ours, incumbents, efforts, isHeadline } = options;
  const own = { http: ours.http, view: viewOfOurs(service), name: OURS };
  const kind = incumbents.flatMap(incumbent => {
    const { fair, others } = incumbent.views(service);
    return [fair, ...others].map(view => contender(incumbent, view));
  });
  const worst = incumbents.map(incumbent =>
    contender(incumbent, incumbent.views(service).worst),
  );
  const targeted = new Set(
    incumbents.map(it => contender(it, it.views(service).fair).name),
  );
  const topic = topicOf(world, service);
  const findings: Finding[] = [];
  for (const clients of CLIENTS) {
    for (const [others, effort] of [
      [kind, efforts.ordinary],
      [worst, efforts.slow],
    ] as const) {
      const measured = await takeTurns(
        [own, ...others].map(({ name, http, view }) => ({
          name,
          run: () => runView(http, view),
        })),
        { clients, effort },
      );
      const base = measured.get(OURS)!;
      for (const { name } of others) {
        const it = measured.get(name)!;
        findings.push({
          topic,
          what: `${name}, ${clients === 1 ? '1 client' : `${clients} clients`}`,
          value: ratio(base, it),
          unit: 'x',
          ...(isHeadline && targeted.has(name) && { target: TARGETS[clients] }),
          detail: `${ms(it)} to ${ms(base)}`,
        });
      }
    }
  }
  return findings;
}

export function topicOf(world: World, service: Service): string {
  const count = world.applications.toLocaleString('en-US');
  return `How many times faster a page view is: ${count} applications, a service on ${service.applications.length} clusters`;
}

export function ms({ p50 }: Measured): string {
  return amount(p50, 'ms');
}

function contender(
  { name, http }: { name: string; http: Http },
  view: View,
): { name: string; http: Http; view: View } {
  return { name: `${name}: ${view.name}`, http, view };
}
