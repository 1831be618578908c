import type { ArgoApplicationSet, ArgoProject } from '../hub/types';
import type { ApplicationSetRecord } from '../store/ApplicationSetStore';
import type { ProjectRecord } from '../store/ProjectStore';
import type { StoreChange } from '../store/Store';
import type { HubStatusKeeper } from './HubStatusKeeper';
import type { MirrorContext } from './MirrorContext';
import { trimApplicationSet } from './trimApplicationSet';
import { trimProject } from './trimProject';
import type { PolledKind } from './WholeListPoller';

interface Options {
  context: MirrorContext;
  status: HubStatusKeeper;
}

/** ApplicationSets with their conditions. */
export function applicationSets({
  context,
  status,
}: Options): PolledKind<ApplicationSetRecord> {
  const { client, store, lease } = context;
  const hub = context.hub.name;
  const keyOf = (set: { namespace: string; name: string }) =>
    `${set.namespace}/${set.name}`;
  return {
    what: 'ApplicationSets',
    keyOf,
    mayReadAll: () => client.canI('applicationsets', 'get', '*/*'),
    list: async () =>
      trimmed<ArgoApplicationSet, ApplicationSetRecord>(
        context,
        onItem => client.listApplicationSets({ onItem }),
        set => trimApplicationSet(set, { hub }),
      ),
    stored: async () => (await store.applicationSets.list({ hub })).map(keyOf),
    write: sets =>
      replaced(
        context,
        () => store.applicationSets.replace({ lease, hub, sets }),
        applicationSets => ({ applicationSets }),
      ),
    noteReadable: readableSets => status.noteReadable({ readableSets }),
  };
}

/** Projects: where their applications may go. */
export function projects({
  context,
  status,
}: Options): PolledKind<ProjectRecord> {
  const { client, store, lease } = context;
  const hub = context.hub.name;
  return {
    what: 'projects',
    keyOf: ({ name }) => name,
    mayReadAll: () => client.canI('projects', 'get', '*'),
    list: async () =>
      trimmed<ArgoProject, ProjectRecord>(
        context,
        onItem => client.listProjects({ onItem }),
        project => trimProject(project, { hub }),
      ),
    stored: async () =>
      (await store.projects.list({ hub })).map(({ name }) => name),
    write: all =>
      replaced(
        context,
        () => store.projects.replace({ lease, hub, projects: all }),
        projects => ({ projects }),
      ),
    noteReadable: readableProjects => status.noteReadable({ readableProjects }),
  };
}

/** Answers whether it was written, and tells what changed. */
async function replaced<Key>(
  context: MirrorContext,
  replace: () => Promise<Key[]>,
  told: (changed: Key[]) => Partial<StoreChange>,
): Promise<boolean> {
  const result = await context.guard(replace);
  if (result.outcome !== 'written') {
    return false;
  }
  if (result.value.length) {
    const change = told(result.value);
    context.changed({ applications: [], clusters: [], ...change });
  }
  return true;
}

/** One by one, as the whole list is many times what is kept of it; one that cannot be read costs nobody else. */
async function trimmed<Listed, Kept>(
  { logger }: MirrorContext,
  list: (onItem: (one: Listed) => void) => Promise<unknown>,
  trim: (one: Listed) => Kept,
): Promise<Kept[]> {
  const kept: Kept[] = [];
  await list(one => {
    try {
      kept.push(trim(one));
    } catch (error) {
      logger.debug(`Left out what cannot be read: ${(error as Error).message}`);
    }
  });
  return kept;
}
