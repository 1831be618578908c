import type { Controller } from '../scenarios/Scenario';
import type { HubState } from '../state/HubState';

const REFRESH = 'argocd.argoproj.io/refresh';

/**
 * Stands in for the application controller: takes a refresh as done, so that
 * who waits for it gets an answer, and leaves the application as it is.
 */
export class RefreshAcknowledger implements Controller {
  readonly #state: HubState;

  constructor(state: HubState) {
    this.#state = state;
  }

  start(): void {
    const { applications } = this.#state;
    applications.subscribe(({ type, entry }) => {
      const { name, namespace, annotations } = entry.object.metadata;
      if (type === 'DELETED' || !annotations?.[REFRESH]) return;
      applications.update(name, namespace, draft => {
        const { [REFRESH]: _, ...rest } = draft.metadata.annotations ?? {};
        if (Object.keys(rest).length) draft.metadata.annotations = rest;
        else delete draft.metadata.annotations;
      });
    });
  }
}
