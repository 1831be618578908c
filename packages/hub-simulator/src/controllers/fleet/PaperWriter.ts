import type { Hub } from '../../Hub';
import { isConnectionFault } from '../../net/faults';
import type { PlannedService, Release } from '../../scenarios/fleet/plan';
import { CONTROL_PLANE } from '../../state/names';
import type { Application } from '../../types/argocd';
import { isApplicationHandled } from '../reconcilable';
import { dialErrorOf } from './paper';
import { paperStatus } from './paperStatus';

/** Writes what a living controller would write, as far as it gets. */
export class PaperWriter {
  readonly #hub: Hub;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** Changes an application, unless nobody alive looks after it. */
  update(
    name: string,
    change: (draft: Application, now: string) => void,
  ): void {
    const { state } = this.#hub;
    const { applications, clock } = state;
    applications.update(name, CONTROL_PLANE, draft => {
      if (!isApplicationHandled(state, draft)) return;
      change(draft, clock.timestamp());
    });
  }

  /** Ends an operation; without its cluster it fails (F5.11). */
  finish(
    draft: Application,
    options: { service: PlannedService; release: Release; now: string },
  ): boolean {
    if (draft.status.operationState?.phase !== 'Running') return false;
    const error = this.dialError(draft);
    if (error) paperStatus.fail(draft, error, options.now);
    else paperStatus.finish(draft, options);
    return !error;
  }

  /** What a controller meets that dials the cluster now; undefined when it gets through. */
  dialError({ spec }: Application): string | undefined {
    const server = this.#hub.state.tryResolve(spec.destination);
    if (!server) return undefined;
    const own = this.#hub.dialFaults.find(server, 'controller');
    const spoke = this.#hub.spokeOf(server);
    const kind = own ?? spoke?.faults.find(isConnectionFault)?.kind;
    if (!kind || kind === 'half-open') return undefined;
    return dialErrorOf(server, kind);
  }
}
