import type { Call } from '../measure/http';
import type { Place } from '../Place';
import type { Service, World } from '../World';
import { incumbentAt } from './incumbentAt';
import { type Incumbent, rowsOf } from './Subject';

const HUB = 'main';

/**
 * The community's backend. Its page reads the list, then the commit of every
 * distinct revision in any history, all at once; every ten seconds the list
 * again. Where clusters share their revisions there are about ten of them, where
 * each has its own, as many as there are entries.
 */
export async function startCommunity(
  place: Place,
  world: World,
): Promise<Incumbent> {
  const backend = await incumbentAt({
    name: 'community',
    place,
    world,
    readyPath: '/api/backstage-community-argocd/check',
  });
  return {
    ...backend,
    name: 'community',
    async rows(service) {
      const { items } = await backend.http.json<{
        items: Service['applications'];
      }>(list(service));
      return rowsOf(items);
    },
    views(service) {
      return {
        fair: {
          name: 'page, revisions shared',
          steps: [[list(service)], distinct(service)],
        },
        worst: {
          name: 'page, a revision per cluster and entry',
          steps: [[list(service)], all(service)],
        },
        others: [{ name: 'list alone (its poll)', steps: [[list(service)]] }],
      };
    },
  };
}

const at = (path: string): Call => ({
  path: `/api/backstage-community-argocd${path}`,
});

function list({ selector }: Service): Call {
  const encoded = encodeURIComponent(selector);
  return at(`/argoInstance/${HUB}/applications/selector/${encoded}`);
}

function revision(application: string, sha: string): Call {
  return at(
    `/argoInstance/${HUB}/applications/name/${application}/revisions/${sha}/metadata`,
  );
}

/** One call per SHA, asked of the first application that has it. */
function distinct({ applications }: Service): Call[] {
  const owners = new Map<string, string>();
  for (const { metadata, status } of applications) {
    for (const entry of status.history ?? []) {
      const sha = entry.revision ?? '';
      if (!owners.has(sha)) owners.set(sha, metadata.name);
    }
  }
  return [...owners].map(([sha, name]) => revision(name, sha));
}

/**
 * As many calls as a service makes whose clusters follow branches of their own.
 * No call is saved by the hub or the backend for its revision being asked twice.
 */
function all({ applications }: Service): Call[] {
  return applications.flatMap(({ metadata, status }) =>
    (status.history ?? []).map(entry =>
      revision(metadata.name, entry.revision ?? ''),
    ),
  );
}
