import { type Effort, ratio, takeTurns } from '../measure/rounds';
import type { Place } from '../Place';
import type { Finding } from '../report/Finding';
import { entityRoute, type Ours, startMapped } from '../subjects/ours';
import { type Service, World } from '../World';
import { SMALL } from '../settings';
import { ms } from './pageViews';

/** Our route on a big hub beside itself on a small one, at the same time. */
export async function growth(options: {
  place: Place;
  world: World;
  ours: Ours;
  service: Service;
  effort: Effort;
}): Promise<Finding> {
  const { place, world, ours, service, effort } = options;
  const size = { applications: 1_000, clusters: SMALL };
  const smallWorld = await World.start(size, place);
  const other = await smallWorld.service(SMALL);
  const small = await startMapped({
    name: 'ours-small',
    place,
    world: smallWorld,
    services: [other],
  });
  const contender = (name: string, { http }: Ours, { name: of }: Service) => ({
    name,
    run: () => http.drain(entityRoute(of)),
  });
  const measured = await takeTurns(
    [contender('small', small, other), contender('big', ours, service)],
    { clients: 1, effort },
  );
  await small.stop();
  await smallWorld.stop();
  const [one, many] = [measured.get('small')!, measured.get('big')!];
  const count = (it: World) =>
    `${it.applications.toLocaleString('en-US')} applications on ${
      it.size.clusters
    } clusters`;
  return {
    topic: 'Growth with the hub',
    what: `entity route (${SMALL} deployments), ${count(world)} beside ${count(
      smallWorld,
    )}`,
    value: ratio(one, many),
    unit: 'x',
    target: { atMost: 1.2 },
    detail: `${ms(many)} to ${ms(one)}`,
  };
}
