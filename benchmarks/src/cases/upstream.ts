import type { Http } from '../measure/http';
import { runView, type View } from '../measure/View';
import type { Child } from '../processes/Child';
import { asked } from '../processes/Gauges';
import { amount, type Finding } from '../report/Finding';
import type { Ours } from '../subjects/ours';
import type { Incumbent } from '../subjects/Subject';
import type { Service, World } from '../World';
import { viewOfOurs } from './pageViews';

const VIEWS = 5;
const WINDOWS = 10;

/** Calls and bytes between a backend and the hub for one page view. */
export async function upstream(options: {
  world: World;
  service: Service;
  ours: Ours;
  incumbents: Incumbent[];
}): Promise<Finding[]> {
  const { world, service, ours, incumbents } = options;
  const topic = `What one page view asks of the hub: ${world.applications.toLocaleString(
    'en-US',
  )} applications, a service on ${service.applications.length} clusters`;
  const all = [ours, ...incumbents].map(({ child }) => child);
  const reconcile = await countAlong(world, all);
  const own = await leastOf(ours, viewOfOurs(service));
  const findings: Finding[] = [
    {
      topic,
      what: 'ours',
      value: own.total,
      unit: 'calls',
      target: { atMost: 0 },
      detail: amount(own.bytes / 1000, 'kB'),
    },
  ];
  for (const incumbent of incumbents) {
    const { fair, worst, others } = incumbent.views(service);
    for (const view of [fair, ...others, worst]) {
      const { total, bytes } = await counted(incumbent, view, VIEWS);
      findings.push({
        topic,
        what: `${incumbent.name}: ${view.name}`,
        value: total / VIEWS,
        unit: 'calls',
        detail: amount(bytes / VIEWS / 1000, 'kB'),
      });
    }
  }
  await reconcile();
  return findings;
}

/**
 * What we count in the processes has to be what the hub counts, but for a few
 * calls under way.
 */
async function countAlong(world: World, children: Child[]) {
  const before = await Promise.all(children.map(child => child.gauges()));
  const atHub = await world.requests();
  return async () => {
    const served = (await world.requests()) - atHub;
    const after = await Promise.all(children.map(child => child.gauges()));
    const sent = after
      .map((gauges, at) => asked(before[at], gauges).total)
      .reduce((sum, total) => sum + total, 0);
    if (Math.abs(sent - served) > Math.max(10, served / 50)) {
      throw new Error(`We count ${sent} calls of the hub, it counts ${served}`);
    }
  };
}

/**
 * Ours has a life of its own at the hub. What views ask for shows in every
 * window; the mirror's own calls do not.
 */
async function leastOf(
  ours: { child: Child; http: Http },
  view: View,
): Promise<{ total: number; bytes: number }> {
  let least = { total: Infinity, bytes: Infinity };
  for (let window = 0; window < WINDOWS; window += 1) {
    const { total, bytes } = await counted(ours, view, VIEWS);
    if (total < least.total || (total === least.total && bytes < least.bytes)) {
      least = { total, bytes };
    }
  }
  return { total: least.total / VIEWS, bytes: least.bytes / VIEWS };
}

async function counted(
  { child, http }: { child: Child; http: Http },
  view: View,
  views: number,
) {
  const before = await child.gauges();
  for (let done = 0; done < views; done += 1) await runView(http, view);
  return asked(before, await child.gauges());
}
