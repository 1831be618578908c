import type { Rollups } from 'backstage-plugin-argocd-hub-common';
import { type Call, Http } from '../measure/http';
import { type Effort, ratio, takeTurns } from '../measure/rounds';
import type { Place } from '../Place';
import type { Finding } from '../report/Finding';
import {
  entityRoute,
  type Ours,
  refOf,
  startMapped,
  untilMapped,
} from '../subjects/ours';
import type { Service, World } from '../World';
import { ms } from './pageViews';
import { routes } from './routes';

const MANY = 100;
const POLICIES = [
  { policy: 'allow', words: 'on, policy answers ALLOW', most: 1.2 },
  { policy: 'conditional', words: 'on, conditional policy', most: 1.8 },
] as const;

/** Our route as a signed-in user, with permissions on. */
export async function permissions(options: {
  place: Place;
  world: World;
  service: Service;
  effort: Effort;
}): Promise<Finding[]> {
  const { place, world, service, effort } = options;
  const findings: Finding[] = [];
  for (const { policy, words, most } of POLICIES) {
    const services = [service];
    const name = `ours-${policy}`;
    const ours = await startMapped({ name, place, world, services, policy });
    const http = await asGuest(ours);
    findings.push(
      ...(await routes({
        topic: `Entity route, permissions ${words}: ${sizeOf(world)}`,
        targets: { catalog: { atMost: most } },
        ...{ ours, http, service, effort },
      })),
    );
    if (policy === 'conditional') {
      findings.push(await rollups({ world, service, ours, http, effort }));
    }
    await http.close();
    await ours.stop();
  }
  return findings;
}

/** Roll-ups of many entities in one call, beside one entity. */
async function rollups(options: {
  world: World;
  service: Service;
  ours: Ours;
  http: Http;
  effort: Effort;
}): Promise<Finding> {
  const { world, service, ours, http, effort } = options;
  const names = world.services.slice(0, MANY);
  const entityRefs = names.map(refOf);
  const many = {
    path: '/api/argocd-hub/entities/deployments/by-refs',
    method: 'POST',
    body: { entityRefs },
  } as const;
  const finding = {
    topic: `Roll-ups, conditional policy: ${sizeOf(world)}`,
    what: `${entityRefs.length} entities in one call beside one entity`,
    unit: 'x',
    target: { atMost: 3 },
  };
  let ofAll: string;
  try {
    await untilMapped(
      ours,
      names.map(name => ({ name })),
    );
    const found = await howManyAreFound(http, many);
    ofAll = `${found} of ${entityRefs.length} found`;
    // A call that finds fewer has less to do.
    if (found < entityRefs.length) throw new Error(ofAll);
  } catch (error) {
    return { ...finding, value: NaN, detail: (error as Error).message };
  }
  const measured = await takeTurns(
    [
      { name: 'one', run: () => http.drain(entityRoute(service.name)) },
      { name: 'many', run: () => http.drain(many) },
    ],
    { clients: 1, effort },
  );
  const one = measured.get('one')!;
  const all = measured.get('many')!;
  return {
    ...finding,
    value: ratio(one, all),
    detail: `${ms(all)} to ${ms(one)}, ${ofAll}`,
  };
}

async function howManyAreFound(http: Http, call: Call): Promise<number> {
  const { items } = await http.json<Rollups>(call);
  return items.filter(item => item !== null).length;
}

function sizeOf({ applications }: World): string {
  return `${applications.toLocaleString('en-US')} applications`;
}

async function asGuest({ base }: Ours): Promise<Http> {
  const response = await fetch(`${base}/api/auth/guest/refresh`, {
    method: 'POST',
    headers: { 'X-Requested-With': 'XMLHttpRequest' },
  });
  if (!response.ok) throw new Error(`No guest: ${response.status}`);
  const { backstageIdentity } = await response.json();
  return new Http({ base, token: backstageIdentity.token });
}
