import type { ArgoApplicationSet, ArgoProject } from '../hub/types';
import type { ApplicationSetRecord } from '../store/ApplicationSetStore';
import type { ProjectRecord } from '../store/ProjectStore';
import type { StoreChange } from '../store/Store';
import type { HubStatusKeeper } from './HubStatusKeeper';
import type { MirrorContext } from './MirrorContext';
import { trimApplicationSet } from './trimApplicationSet';
import { trimProject } from './trimProject';
import { text } from './values';
import type { Named, PolledKind } from './WholeListPoller';

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
    list: () =>
      trimmed<ArgoApplicationSet, ApplicationSetRecord>(
        onItem => client.listApplicationSets({ onItem }),
        set => trimApplicationSet(set, { hub }),
      ),
    stored: () => store.applicationSets.list({ hub }),
    write: sets =>
      replaced(
        context,
        () => store.applicationSets.replace({ lease, hub, sets }),
        changed => ({ applicationSets: changed }),
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
    list: () =>
      trimmed<ArgoProject, ProjectRecord>(
        onItem => client.listProjects({ onItem }),
        project => trimProject(project, { hub }),
      ),
    stored: () => store.projects.list({ hub }),
    write: all =>
      replaced(
        context,
        () => store.projects.replace({ lease, hub, projects: all }),
        changed => ({ projects: changed }),
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
  const result = await context.write(replace);
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
async function trimmed<Listed extends { metadata?: Named }, Kept>(
  list: (onItem: (one: Listed) => void) => Promise<unknown>,
  trim: (one: Listed) => Kept,
): Promise<{ items: Kept[]; unreadable: Named[] }> {
  const items: Kept[] = [];
  const unreadable: Named[] = [];
  await list(one => {
    try {
      items.push(trim(one));
    } catch {
      const { name, namespace } = one?.metadata ?? {};
      unreadable.push({ name: text(name), namespace: text(namespace) });
    }
  });
  return { items, unreadable };
}
