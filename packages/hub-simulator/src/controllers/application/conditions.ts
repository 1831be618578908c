import type { Application, ApplicationCondition } from '../../types/argocd';

/** A condition that somebody found now. */
export interface NewCondition {
  type: string;
  message: string;
}

/** Conditions that stop an operation. */
const ERRORS = ['ComparisonError', 'InvalidSpecError'];

/**
 * Replaces the conditions of the given types. A text that the first stored one
 * of its type has too keeps that one's time; a second of a type never does (F5.4).
 */
export function setConditions(
  app: Application,
  conditions: readonly NewCondition[],
  types: readonly string[],
  now: string,
): void {
  const before = app.status.conditions ?? [];
  const kept = before.filter(({ type }) => !types.includes(type));
  const added = conditions.map(({ type, message }): ApplicationCondition => {
    const first = before.find(each => each.type === type);
    const isSame = first?.message === message;
    return {
      lastTransitionTime: isSame ? first.lastTransitionTime : now,
      message,
      type,
    };
  });
  const all = [...kept, ...added].sort((a, b) =>
    textOf(a) < textOf(b) ? -1 : 1,
  );
  if (all.length) app.status.conditions = all;
  else delete app.status.conditions;
}

/** The errors that stand against an operation, as one text; '' when there are none. */
export function errorText({ status }: Application): string {
  return (status.conditions ?? [])
    .filter(({ type }) => ERRORS.includes(type))
    .map(({ type, message }) => `${type}: ${message}`)
    .join(';');
}

function textOf({ type, message, lastTransitionTime }: ApplicationCondition) {
  return `${type}/${message}/${lastTransitionTime}`;
}
