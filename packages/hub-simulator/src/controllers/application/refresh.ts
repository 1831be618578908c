import { isEqual } from './equality';
import type { Application, ApplicationSpec } from '../../types/argocd';
import { hasManySources, sourceOf } from './target';

export const REFRESH_ANNOTATION = 'argocd.argoproj.io/refresh';

/** How much a refresh looks at. */
export enum Level {
  /** the live state beside the revision that was compared last */
  Recent,
  /** the latest revision too */
  Latest,
  /** as a person asked for it: failures show at once */
  Forced,
}

interface ComparedTo {
  source?: ApplicationSpec['source'];
  sources?: ApplicationSpec['sources'];
}

/**
 * Which refresh an application itself asks for, undefined when none; `looked`
 * is the spec, as JSON, that the controller saw last.
 */
export function wantedLevel(
  app: Application,
  looked: string | undefined,
): Level | undefined {
  const { metadata, spec, status } = app;
  if (metadata.annotations?.[REFRESH_ANNOTATION] !== undefined) {
    return Level.Forced;
  }
  if (looked === JSON.stringify(spec)) return undefined;
  const compared = (status.sync.comparedTo ?? {}) as ComparedTo;
  const isSameSource = hasManySources(app)
    ? isEqual(spec.sources, compared.sources)
    : isEqual(sourceOf(app), compared.source);
  return isSameSource ? Level.Latest : Level.Forced;
}
