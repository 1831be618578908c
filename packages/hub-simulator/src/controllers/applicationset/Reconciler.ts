import type { HubState } from '../../state/HubState';
import type {
  ApplicationSet,
  ApplicationSetStatus,
} from '../../types/applicationset';
import type { Application } from '../../types/argocd';
import { RESOURCES_FINALIZER } from '../application/deletion';
import { Applier } from './Applier';
import {
  errorOccurred,
  isRollingSync,
  type NewCondition,
  setCondition,
  upToDate,
} from './conditions';
import { generate, type Generated, GenerationError } from './generate';
import { writeResources } from './resourceStatus';
import { rollOut, writeStatuses } from './rollout/Rollout';
import { isDeletedInReverse } from './rollout/steps';
import { SetEvents } from './SetEvents';

const ERROR_RETRY_MS = 180_000;
const WRITE_RETRY_MS = 5000;
const REFRESH = 'argocd.argoproj.io/application-set-refresh';

/** One look at one set, from its generators to its conditions. */
export class Reconciler {
  readonly applier: Applier;
  readonly #state: HubState;

  constructor(state: HubState) {
    this.#state = state;
    this.applier = new Applier(state, SetEvents.of(state));
  }

  /** After how many simulated milliseconds to look again, 0 when an event will tell. */
  run(set: ApplicationSet): number {
    this.#addFinalizer(set);
    let generated: Generated;
    try {
      generated = generate(this.#state, set);
    } catch (error) {
      const reason =
        error instanceof GenerationError
          ? error.reason
          : 'ApplicationGenerationFromParamsError';
      const { message } = error as Error;
      this.#condition(set, errorOccurred(reason, message), false);
      return ERROR_RETRY_MS;
    }
    const error = errorOf(generated);
    if (error) this.#condition(set, error, true);
    const failure = this.#apply(set, generated);
    if (failure) {
      this.#condition(set, failure, true);
      return WRITE_RETRY_MS;
    }
    this.#updateStatus(set, status =>
      writeResources(status, this.applier.owned(set)),
    );
    this.#endRefresh(set);
    if (!error) this.#condition(set, upToDate(), true);
    return error ? ERROR_RETRY_MS : 0;
  }

  /** Writes and deletes as the policy allows; gives the condition of a failure. */
  #apply(set: ApplicationSet, generated: Generated): NewCondition | undefined {
    const policy = set.spec.syncPolicy?.applicationsSync ?? 'sync';
    const updates = ['sync', 'create-update'].includes(policy);
    const deletes = ['sync', 'create-delete'].includes(policy);
    try {
      const applications = this.#rolledOut(set, generated.applications);
      this.applier.write(set, applications, updates);
    } catch (error) {
      const reason = updates
        ? 'UpdateApplicationError'
        : 'CreateApplicationError';
      return errorOccurred(reason, (error as Error).message);
    }
    // What may not be written is still wanted, so it is not deleted either.
    if (deletes) this.applier.prune(set, new Set(generated.names));
    return undefined;
  }

  #rolledOut(set: ApplicationSet, desired: Application[]): Application[] {
    const now = this.#state.clock.timestamp();
    const current = isRollingSync(set) ? this.applier.owned(set) : [];
    const result = rollOut(set, { current, desired, now });
    if (!result) return desired;
    this.#updateStatus(set, status => {
      writeStatuses(status, result.statuses);
      setCondition(status, result.condition, {
        set,
        parametersGenerated: true,
        now,
      });
    });
    return result.applications;
  }

  #addFinalizer(set: ApplicationSet): void {
    const { name, namespace, finalizers = [] } = set.metadata;
    if (!isDeletedInReverse(set) || finalizers.includes(RESOURCES_FINALIZER)) {
      return;
    }
    this.#state.applicationSets.update(name, namespace, draft => {
      draft.metadata.finalizers = [...finalizers, RESOURCES_FINALIZER];
    });
  }

  #endRefresh({ metadata }: ApplicationSet): void {
    const { name, namespace, annotations = {} } = metadata;
    if (!Object.hasOwn(annotations, REFRESH)) return;
    this.#state.applicationSets.update(name, namespace, draft => {
      const { [REFRESH]: _, ...others } = draft.metadata.annotations ?? {};
      if (Object.keys(others).length) draft.metadata.annotations = others;
      else delete draft.metadata.annotations;
    });
  }

  #condition(
    set: ApplicationSet,
    condition: NewCondition,
    parametersGenerated: boolean,
  ): void {
    const now = this.#state.clock.timestamp();
    this.#updateStatus(set, status => {
      setCondition(status, condition, { set, parametersGenerated, now });
      if (!isRollingSync(set)) delete status.applicationStatus;
    });
  }

  #updateStatus(
    { metadata }: ApplicationSet,
    change: (status: ApplicationSetStatus) => void,
  ): void {
    const { name, namespace } = metadata;
    this.#state.applicationSets.update(name, namespace, draft => {
      draft.status ??= {};
      change(draft.status);
    });
  }
}

/** The last of what is wrong with applications, and how many more there are. */
function errorOf({ errors }: Generated): NewCondition | undefined {
  if (!errors.length) return undefined;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return errorOccurred('ApplicationValidationError', `${errors.at(-1)}${more}`);
}
