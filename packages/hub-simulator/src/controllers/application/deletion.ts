import type { SpokeClient } from '../../net/SpokeClient';
import type { HubState } from '../../state/HubState';
import { CONTROL_PLANE } from '../../state/names';
import type { Application } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import type { LiveReader } from './compare';
import { setConditions } from './conditions';
import { hasSyncOption, waveOf } from './hooks';
import { permitsObject } from './permissions';
import { SpokeWriter } from './sync/SpokeWriter';
import { instanceName } from './tracking';

export const RESOURCES_FINALIZER = 'resources-finalizer.argocd.argoproj.io';
const BACKGROUND = `${RESOURCES_FINALIZER}/background`;
const POLL_MS = 1000;
const RETRY_MS = 5000;

/** Deletes an application: at once, or after its finalizers have been served. */
export function requestDeletion(state: HubState, app: Application): void {
  const { name, namespace, finalizers } = app.metadata;
  if (!finalizers?.length) {
    state.applications.delete(name, namespace);
    return;
  }
  state.applications.update(name, namespace, draft => {
    draft.metadata.deletionTimestamp ??= state.clock.timestamp();
  });
}

/** Serves the finalizers of applications that are to go. */
export class Deletion {
  readonly #state: HubState;
  readonly #client: SpokeClient;
  readonly #caches: LiveReader;

  constructor(options: {
    state: HubState;
    client: SpokeClient;
    caches: LiveReader;
  }) {
    this.#state = options.state;
    this.#client = options.client;
    this.#caches = options.caches;
  }

  /**
   * Deletes what an application made on its spoke, then the application. Without
   * a cluster the finalizers are dropped and the workloads stay (F4.6). Simulated
   * milliseconds after which to look again, undefined when there is nothing left
   * to do.
   */
  async finalize(app: Application): Promise<number | undefined> {
    const { finalizers = [] } = app.metadata;
    if (!finalizers.some(isOurs)) {
      if (!finalizers.length) this.#release(app);
      return undefined;
    }
    try {
      if (!(await this.#isClean(app, finalizers))) return POLL_MS;
      this.#release(app);
      return undefined;
    } catch (error) {
      this.#tell(app, (error as Error).message);
      return RETRY_MS;
    }
  }

  /** Deletes one wave at a time, the last one first. */
  async #isClean(app: Application, finalizers: string[]): Promise<boolean> {
    const state = this.#state;
    const server = state.tryResolve(app.spec.destination);
    if (!server) return true;
    const objects = await this.#objects(app, server);
    if (objects.some(({ metadata }) => metadata.deletionTimestamp)) {
      return false;
    }
    const doomed = objects.filter(isDoomed);
    if (!doomed.length) return true;
    const last = Math.max(...doomed.map(waveOf));
    const cluster = state.clusterByServer(server);
    if (!cluster) return true;
    const writer = new SpokeWriter(this.#client, cluster);
    const policy = finalizers.includes(BACKGROUND)
      ? 'Background'
      : 'Foreground';
    await Promise.all(
      doomed
        .filter(object => waveOf(object) === last)
        .map(object => writer.delete(object, policy)),
    );
    return !(await this.#objects(app, server)).some(isDoomed);
  }

  async #objects(app: Application, server: string): Promise<GenericObject[]> {
    const name = app.spec.project || 'default';
    const project = this.#state.projects.get(name, CONTROL_PLANE);
    if (!project) {
      throw new Error(`appproject.argoproj.io "${name}" not found`);
    }
    const live = await this.#caches.live(server);
    return live
      .managedBy(instanceName(app))
      .filter(object => permitsObject(this.#state, project, server, object));
  }

  #release({ metadata }: Application): void {
    const { applications } = this.#state;
    const { name, namespace } = metadata;
    const updated = applications.update(name, namespace, draft => {
      const rest = (draft.metadata.finalizers ?? []).filter(
        each => !isOurs(each),
      );
      draft.metadata.finalizers = rest;
    });
    if (updated && !updated.metadata.finalizers?.length) {
      applications.delete(name, namespace);
    }
  }

  #tell({ metadata }: Application, message: string): void {
    const { applications, clock } = this.#state;
    applications.update(metadata.name, metadata.namespace, draft => {
      const condition = { type: 'DeletionError', message };
      setConditions(draft, [condition], ['DeletionError'], clock.timestamp());
    });
  }
}

function isOurs(finalizer: string): boolean {
  return finalizer.startsWith(RESOURCES_FINALIZER);
}

/** What says so stays when its application goes. */
function isDoomed(object: GenericObject): boolean {
  const { metadata, kind } = object;
  const keeps = metadata.annotations?.['helm.sh/resource-policy'] === 'keep';
  const isChildless = kind !== 'CustomResourceDefinition';
  return isChildless && !keeps && !hasSyncOption(object, 'Delete=false');
}
