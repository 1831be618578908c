import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type {
  Change,
  Commit,
  RefusedRule,
} from 'backstage-plugin-argocd-hub-common';
import type { Claims } from '../mapping/Claims';
import type {
  ApplicationKey,
  GoneApplication,
  Selectable,
} from '../store/ApplicationStore';
import type { EntityClaims } from '../store/ClaimStore';
import type { ChangeCursor, ChangeRecord } from '../store/ChangeStore';
import { commitKey } from '../store/CommitStore';
import { objectKey } from '../store/objectKeys';
import type { Store } from '../store/Store';
import type { CommitName } from '../store/CommitStore';
import { defined } from './clusterSummary';
import { refusedOf } from './entityDeployments';
import { mappedOf } from './entityRows';
import type { Estate } from './Estate';
import type { EstateReader } from './EstateReader';
import { followableHistory, selectionsOf } from './followableClaims';

/** What is wanted of a history. */
export interface HistoryRange {
  hub?: string;
  cluster?: string;
  /** Milliseconds since the epoch, inclusive. */
  from?: number;
  /** Milliseconds since the epoch, exclusive. */
  to?: number;
  after?: ChangeCursor;
  limit: number;
}

/** Changes, newest first. */
export interface HistoryPage {
  items: Change[];
  next?: ChangeCursor;
  /** Claims that cannot be followed; absent where all can. */
  refused?: RefusedRule[];
}

/** An application that belongs to the entity, or did so when it was last there. */
interface Member extends ApplicationKey {
  isGone: boolean;
  repositories: string[];
}

interface Found {
  changes: ChangeRecord[];
  next?: ChangeCursor;
}

/**
 * What happened to the deployments of an entity. To whom an application belongs
 * is not recorded with its changes: it is told by what it is like now, or was
 * like when it was last there.
 */
export class EntityHistory {
  readonly #claims: Claims;
  readonly #estates: EstateReader;
  readonly #store: Pick<Store, 'applications' | 'changes'>;
  readonly #most: number | undefined;

  constructor(options: {
    claims: Claims;
    estates: EstateReader;
    store: Pick<Store, 'applications' | 'changes'>;
    /** Applications that one entity may have. Default: MOST_APPLICATIONS. */
    most?: number;
  }) {
    this.#claims = options.claims;
    this.#estates = options.estates;
    this.#store = options.store;
    this.#most = options.most;
  }

  /** Newest first; undefined when the catalog does not show the entity. */
  async page(
    entityRef: string,
    credentials: BackstageCredentials,
    range: HistoryRange,
  ): Promise<HistoryPage | undefined> {
    const asked = await this.#claims.of(entityRef, credentials);
    if (!asked) {
      return undefined;
    }
    const estate = await this.#estates.read();
    const claims = await followableHistory(asked, {
      applications: this.#store.applications,
      config: estate.config.mapping,
      most: this.#most,
    });
    const members = await this.#membersOf(claims, estate);
    const { changes, next } = await this.#changesOf(
      members.filter(({ hub }) => range.hub === undefined || range.hub === hub),
      range,
    );
    const items = await told(changes, { members, estate });
    return { items, ...(next && { next }), ...refusedOf(claims, estate) };
  }

  async #membersOf(claims: EntityClaims, estate: Estate): Promise<Member[]> {
    const { applications } = this.#store;
    const selections = selectionsOf(claims);
    // In this order: one that goes in between is found by the second.
    const present = await applications.select(...selections);
    const gone = await applications.selectGone(...selections);
    const members = new Map(
      [
        ...mappedOf(gone, claims, estate).map(one => memberOf(one, true)),
        ...mappedOf(present, claims, estate).map(one => memberOf(one, false)),
      ].map(member => [objectKey(member), member]),
    );
    // What is stored of a hub that is not configured any more is not shown.
    return [...members.values()].filter(({ hub }) => estate.hub(hub));
  }

  /** Clusters of several hubs may have the same name. */
  async #changesOf(members: Member[], range: HistoryRange): Promise<Found> {
    const { cluster, from, to, after, limit } = range;
    const { changes } = this.#store;
    if (cluster === undefined) {
      return changes.list({ applications: members, from, to, after, limit });
    }
    const pages = await Promise.all(
      [...groupByHub(members)].map(([hub, applications]) =>
        changes.list({
          applications,
          cluster: { hub, name: cluster },
          ...{ from, to, after, limit },
        }),
      ),
    );
    return merged(pages, limit);
  }
}

function memberOf(
  {
    application,
  }: { application: Selectable & Pick<GoneApplication, 'sources'> },
  isGone: boolean,
): Member {
  const { hub, namespace, name, sources } = application;
  const repositories = sources.map(({ repoUrl }) => repoUrl);
  return { hub, namespace, name, isGone, repositories };
}

function groupByHub(members: Member[]): Map<string, Member[]> {
  const groups = new Map<string, Member[]>();
  for (const member of members) {
    groups.set(member.hub, [...(groups.get(member.hub) ?? []), member]);
  }
  return groups;
}

/** The newest of all pages; they continue where the last of these is. */
function merged(pages: Found[], limit: number): Found {
  const all = pages
    .flatMap(({ changes }) => changes)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.id - a.id);
  const changes = all.slice(0, limit);
  const last = changes.at(-1);
  const hasMore = all.length > limit || pages.some(({ next }) => next);
  return {
    changes,
    ...(hasMore && last && { next: { at: Date.parse(last.at), id: last.id } }),
  };
}

/** As it is answered, with the commits that are known. */
async function told(
  changes: ChangeRecord[],
  context: { members: Member[]; estate: Estate },
): Promise<Change[]> {
  const { estate } = context;
  const members = new Map(
    context.members.map(member => [objectKey(member), member]),
  );
  const commits = await estate.commits.get(
    changes.flatMap(change =>
      commitsFor(change, members.get(objectKey(change))),
    ),
  );
  return changes.map(change => {
    const member = members.get(objectKey(change));
    return toldOne(change, {
      isGone: member?.isGone ?? false,
      commit: commitsFor(change, member)
        .map(name => commits.get(commitKey(name.repoUrl, name.revision)))
        .find(commit => commit !== undefined),
    });
  });
}

/** Changes do not record the repository: it is one of those that the application has, or had last. */
function commitsFor(
  change: ChangeRecord,
  member: Member | undefined,
): CommitName[] {
  const { revision } = 'revision' in change ? change : {};
  return revision
    ? (member?.repositories ?? []).map(repoUrl => ({ repoUrl, revision }))
    : [];
}

function toldOne(
  change: ChangeRecord,
  { isGone, commit }: { isGone: boolean; commit: Commit | undefined },
): Change {
  const { id, hub, namespace, name, cluster, at } = change;
  return defined({
    id: String(id),
    hub,
    namespace,
    name,
    cluster,
    at,
    gone: isGone || undefined,
    ...detailsOf(change, commit),
  }) as Change;
}

function detailsOf(change: ChangeRecord, commit: Commit | undefined) {
  const { kind } = change;
  switch (kind) {
    case 'revision': {
      const { historyId, revision, by } = change;
      return { kind, historyId, revision, commit, by };
    }
    case 'operation': {
      const { phase, finishedAt, revision, by, message } = change;
      return { kind, phase, finishedAt, revision, commit, by, message };
    }
    default: {
      const { from, to } = change;
      return { kind, from, to };
    }
  }
}
