import type { Selectable } from './ApplicationStore';

/** What selections look at, and nothing else: it is small, where the whole may be large. */
export function selectableOf(application: Selectable): Selectable {
  const { hub, namespace, name, project, applicationSet } = application;
  const { labels, annotations } = application;
  return { hub, namespace, name, project, applicationSet, labels, annotations };
}
