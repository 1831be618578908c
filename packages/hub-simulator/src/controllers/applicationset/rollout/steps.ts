import type {
  ApplicationSet,
  GeneratedApplication,
  RolloutStatus,
  RolloutStep,
} from '../../../types/applicationset';
import { isRollingSync } from '../conditions';

/** Which applications belong to which step of a rollout. */
export class Steps {
  /** names by step */
  readonly names: string[][];
  /** the first step that takes an application, counted from 0 */
  readonly #stepOf = new Map<string, number>();
  readonly steps: readonly RolloutStep[];

  constructor(
    set: ApplicationSet,
    applications: readonly Pick<GeneratedApplication, 'metadata'>[],
  ) {
    this.steps = stepsOf(set);
    this.names = this.steps.map(step =>
      applications
        .filter(({ metadata }) => takes(step, metadata.labels ?? {}))
        .map(({ metadata }) => metadata.name),
    );
    this.names.forEach((names, at) => {
      for (const name of names) {
        if (!this.#stepOf.has(name)) this.#stepOf.set(name, at);
      }
    });
  }

  /** The place of an application's step; 0 when no step takes it, as in Argo CD. */
  indexOf(name: string): number {
    return this.#stepOf.get(name) ?? 0;
  }

  /** The step as the status tells it: counted from 1, -1 for none. */
  labelOf(name: string): string {
    const step = this.#stepOf.get(name);
    return String(step === undefined ? -1 : step + 1);
  }

  /** The applications whose turn has come: a step waits until those before are healthy. */
  inTurn(
    statuses: readonly RolloutStatus[],
    existing: ReadonlySet<string>,
  ): Set<string> {
    const healthy = new Set(
      statuses
        .filter(({ status }) => status === 'Healthy')
        .map(({ application }) => application),
    );
    const turn = new Set<string>();
    for (const names of this.names) {
      for (const name of names) turn.add(name);
      const isDone = names.every(
        name => existing.has(name) && healthy.has(name),
      );
      if (!isDone) break;
    }
    return turn;
  }
}

export function stepsOf(set: ApplicationSet): RolloutStep[] {
  return isRollingSync(set) ? set.spec.strategy?.rollingSync?.steps ?? [] : [];
}

/** Deletion in the reverse order of the steps, where the set asks for it. */
export function isDeletedInReverse(set: ApplicationSet): boolean {
  const order = set.spec.strategy?.deletionOrder ?? '';
  return stepsOf(set).length > 0 && order.toLowerCase() === 'reverse';
}

function takes(
  { matchExpressions = [] }: RolloutStep,
  labels: Record<string, string>,
): boolean {
  return matchExpressions.every(({ key, operator, values = [] }) => {
    if (!Object.hasOwn(labels, key)) return operator !== 'In';
    if (operator === 'In') return values.includes(labels[key]);
    return operator === 'NotIn' && !values.includes(labels[key]);
  });
}
