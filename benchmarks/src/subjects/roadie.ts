import type { Call } from '../measure/http';
import type { Place } from '../Place';
import type { Service, World } from '../World';
import { incumbentAt } from './incumbentAt';
import { type Incumbent, rowsOf } from './Subject';

const HUB = 'main';

/**
 * Roadie's backend. Its card locates the applications, then reads them. The card
 * with the history does both for itself and asks for each entry of each history
 * but the oldest.
 */
export async function startRoadie(
  place: Place,
  world: World,
): Promise<Incumbent> {
  const backend = await incumbentAt({
    name: 'roadie',
    place,
    world,
    readyPath: '/api/argocd/find/name/none',
  });
  return {
    ...backend,
    name: 'roadie',
    async rows(service) {
      const located = await backend.http.json<{ name: string }[]>(
        locate(service),
      );
      if (located.length !== 1) throw new Error('roadie located nothing');
      const { items } = await backend.http.json<{
        items: Service['applications'];
      }>(detail(service));
      return rowsOf(items);
    },
    views(service) {
      const card = [[locate(service)], [detail(service)]];
      const history = service.applications.flatMap(revisionsOf);
      return {
        fair: { name: 'overview card', steps: card },
        worst: {
          name: 'with the history card',
          // Both cards begin at once and know nothing of each other.
          steps: [...card.map(calls => [...calls, ...calls]), history],
        },
        others: [],
      };
    },
  };
}

const at = (path: string): Call => ({ path: `/api/argocd${path}` });

function locate({ selector }: Service): Call {
  return at(`/find/selector/${encodeURIComponent(selector)}`);
}

function detail({ selector }: Service): Call {
  const encoded = encodeURIComponent(selector);
  return at(`/argoInstance/${HUB}/applications/selector/${encoded}`);
}

function revisionsOf({
  metadata,
  status,
}: Service['applications'][number]): Call[] {
  return (status.history ?? [])
    .slice(1)
    .map(({ revision }) =>
      at(
        `/argoInstance/${HUB}/applications/name/${metadata.name}/revisions/${revision}/metadata`,
      ),
    );
}
