import type {
  ApplicationSetDetails,
  Deployment,
  SkippedBySet,
} from 'backstage-plugin-argocd-hub-common';
import { z } from 'zod';
import { compareText } from '../compareText';
import { deploymentsOf } from '../estate/deployments';
import { shownLabels } from '../estate/clusterSummary';
import type { Estate } from '../estate/Estate';
import { decodeCursor, encodeCursor, MAX_PAGE } from '../paging';
import { explainHub } from './hubs';
import type { VisibleClusters } from '../permissions/VisibleClusters';
import type {
  ApplicationKey,
  ApplicationSelection,
  ApplicationStore,
  StoredApplication,
} from '../store/ApplicationStore';
import type {
  ApplicationSetKey,
  ApplicationSetRecord,
} from '../store/ApplicationSetStore';
import type { ProjectRecord } from '../store/ProjectStore';
import type { Store } from '../store/Store';
import { keyInHub } from '../store/objectKeys';
import { describeSet } from './describeSet';
import { madeBy } from './madeBy';
import { skippedBy } from './skipped';

/** Where a page ended: at an application, or at a cluster that was skipped. */
const position = z.union([
  z.strictObject({ namespace: z.string(), name: z.string() }),
  z.strictObject({ cluster: z.string() }),
]);
type Place = Awaited<ReturnType<ApplicationStore['places']>>[number];

interface Asked {
  set: ApplicationSetRecord;
  estate: Estate;
  visible: VisibleClusters;
  selection: ApplicationSelection;
  /** Where that goes which may be told of. */
  shown: Place[];
}

/** Tells of one ApplicationSet what it has made, and what it has not. */
export class SetReader {
  readonly #store: Store;

  constructor(options: { store: Store }) {
    this.#store = options.store;
  }

  /** Undefined where there is none, and where the caller may see nothing of it. */
  async read(
    key: ApplicationSetKey,
    options: { estate: Estate; visible: VisibleClusters; cursor?: string },
  ): Promise<ApplicationSetDetails | undefined> {
    const { estate, visible, cursor } = options;
    const after = decodeCursor('application-set', position, cursor);
    const hub = estate.hub(key.hub);
    // All is read also where there is none: no time tells it from a hidden one.
    const set = await this.#store.applicationSets.get(key);
    const selection = madeBy(key);
    const places = await this.#store.applications.places([selection]);
    const shown = places.filter(place => visible.shows(place));
    const some = await this.#first(
      { visible, selection, shown },
      { limit: MAX_PAGE },
    );
    const projects = await this.#store.projects.list({ hub: key.hub });
    if (!hub || !set) {
      return undefined;
    }
    const asked = { set, estate, visible, selection, shown };
    const occupied = new Set(places.flatMap(clusterNameOf));
    const skipped = skippedOf(asked, { occupied, some, projects });
    if (!visible.isAll && shown.length === 0 && skipped.length === 0) {
      return undefined;
    }
    const page = await this.#page(asked, { after, skipped });
    return {
      ...describeSet(set, {
        tellsMessage: visible.hasAllOf(set.hub, clustersOf(asked)),
      }),
      hubStatus: explainHub(hub),
      counts: {
        applications: shown.reduce((sum, { count }) => sum + count, 0),
        skipped: skipped.length,
      },
      ...page,
      ...(!visible.isAll && { restricted: true }),
    };
  }

  /** Applications first, then clusters that were skipped. */
  async #page(
    asked: Asked,
    options: {
      after: z.infer<typeof position> | undefined;
      skipped: SkippedBySet[];
    },
  ): Promise<
    Pick<ApplicationSetDetails, 'applications' | 'skipped' | 'nextCursor'>
  > {
    const { after, skipped } = options;
    const isPast = after !== undefined && 'cluster' in after;
    const { found, next } = isPast
      ? { found: [], next: undefined }
      : await this.#applications(asked, after);
    const rows = await deploymentsOf(
      found.map(application => ({ application, mappedBy: [] })),
      asked.estate,
    );
    const applications = rows.sort(byName);
    if (next) {
      const { namespace, name } = next;
      const nextCursor = encodeCursor('application-set', { namespace, name });
      return { applications, skipped: [], nextCursor };
    }
    const rest = isPast
      ? skipped.filter(({ cluster }) => cluster > after.cluster)
      : skipped;
    const room = MAX_PAGE - applications.length;
    const last = rest[room - 1]?.cluster ?? '';
    return {
      applications,
      skipped: rest.slice(0, room),
      ...(rest.length > room && {
        nextCursor: encodeCursor('application-set', { cluster: last }),
      }),
    };
  }

  /** A cursor names the last that is shown: what is hidden is not even looked at. */
  async #applications(
    asked: Asked,
    start: { namespace: string; name: string } | undefined,
  ): Promise<{ found: StoredApplication[]; next?: StoredApplication }> {
    const found = await this.#first(asked, {
      limit: MAX_PAGE + 1,
      ...(start && { after: { hub: asked.set.hub, ...start } }),
    });
    return found.length > MAX_PAGE
      ? { found: found.slice(0, MAX_PAGE), next: found[MAX_PAGE - 1] }
      : { found };
  }

  /** Of those that may be told of. */
  async #first(
    { visible, selection, shown }: Omit<Asked, 'set' | 'estate'>,
    options: { limit: number; after?: ApplicationKey },
  ): Promise<StoredApplication[]> {
    const clusters = shown.flatMap(clusterNameOf);
    return this.#store.applications.first([selection], {
      ...options,
      ...(!visible.isAll && {
        at: { clusters, outside: clusters.length < shown.length },
      }),
    });
  }
}

/** Where hidden applications go is not to be told, nor to decide about others. */
function skippedOf(
  { set, estate, visible }: Asked,
  known: {
    occupied: ReadonlySet<string>;
    /** Some of those that are shown. */
    some: StoredApplication[];
    projects: ProjectRecord[];
  },
): SkippedBySet[] {
  const { occupied, some, projects } = known;
  return skippedBy({
    set: {
      record: set,
      namespaces: new Set(some.map(each => each.destination.namespace)),
    },
    clusters: clustersOf({ estate, set }).filter(each => visible.has(each)),
    occupied,
    known: {
      projects: {
        get: name => projects.find(project => project.name === name),
        readable: estate.hub(set.hub)?.record?.readableProjects,
        tellsExpected: visible.isAll,
      },
      shownLabels: shownLabels(estate.config),
    },
    environmentLabel: estate.config.clusterLabels.environment,
  });
}

function clusterNameOf({ cluster }: Place): string[] {
  return 'name' in cluster ? [cluster.name] : [];
}

function clustersOf({ estate, set }: Pick<Asked, 'estate' | 'set'>) {
  return estate
    .clusters()
    .map(({ record }) => record)
    .filter(({ hub }) => hub === set.hub);
}

/** As pages go on. */
function byName(a: Deployment, b: Deployment): number {
  return compareText(keyInHub(a), keyInHub(b));
}
