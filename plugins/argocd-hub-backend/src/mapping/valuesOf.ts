import type { Selectable } from '../store/ApplicationStore';

/** What an application says under a key: by its label, by its annotation, or two things. */
export function valuesOf(application: Selectable, key: string): string[] {
  const values = [application.labels, application.annotations]
    .filter(map => Object.hasOwn(map, key))
    .map(map => map[key]);
  return [...new Set(values)];
}
