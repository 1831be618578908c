import type {
  ApplicationSelection,
  Selectable,
} from '../store/ApplicationStore';
import type { EntityClaims } from '../store/ClaimStore';

/**
 * Many applications, filed so that those of one entity are found without a look
 * at all others. What is found may be more than an entity wants.
 */
export class Candidates<T extends Selectable> {
  readonly #all: T[];
  readonly #filed = new Map<string, T[]>();

  /** @param entities - for which alone they are filed */
  static of<T extends Selectable>(
    applications: T[],
    entities: EntityClaims[],
  ): Candidates<T> {
    return new Candidates(applications, entities);
  }

  private constructor(applications: T[], entities: EntityClaims[]) {
    this.#all = applications;
    const keys = labelKeysOf(entities);
    for (const application of applications) {
      for (const place of placesOf(application, keys)) {
        const filed = this.#filed.get(place);
        if (filed) {
          filed.push(application);
        } else {
          this.#filed.set(place, [application]);
        }
      }
    }
  }

  /** Each once. */
  for({ claims }: EntityClaims): T[] {
    const found = new Set<T>();
    for (const { selection } of claims) {
      const places = placesWantedBy(selection);
      const wanted = places
        ? places.flatMap(place => this.#filed.get(place) ?? [])
        : this.#all;
      wanted.forEach(application => found.add(application));
    }
    return [...found];
  }
}

/** Labels and annotations by which anything is looked for. */
function labelKeysOf(entities: EntityClaims[]): Set<string> {
  const keys = new Set<string>();
  for (const { claims } of entities) {
    for (const { selection } of claims) {
      const key = labelOf(selection)?.key;
      if (key !== undefined) {
        keys.add(key);
      }
    }
  }
  return keys;
}

function placesOf(application: Selectable, keys: Set<string>): Set<string> {
  const { name, project, applicationSet, labels, annotations } = application;
  const places = new Set([joined('name', name), joined('project', project)]);
  if (applicationSet) {
    places.add(joined('application-set', applicationSet));
  }
  for (const key of keys) {
    for (const values of [labels, annotations]) {
      if (Object.hasOwn(values, key)) {
        places.add(joined('key', key, values[key]));
      }
    }
  }
  return places;
}

/** An application must be filed at one of these; undefined where it may be any. */
function placesWantedBy(selection: ApplicationSelection): string[] | undefined {
  const { match, project } = selection;
  if (match.kind === 'name' || match.kind === 'application-set') {
    return [joined(match.kind, match.name)];
  }
  const label = labelOf(selection);
  if (label) {
    return label.values.map(value => joined('key', label.key, value));
  }
  return project ? [joined('project', project)] : undefined;
}

/** The first label or annotation that must have one of some values. */
function labelOf({
  match,
}: ApplicationSelection): { key: string; values: string[] } | undefined {
  if (match.kind === 'key') {
    return { key: match.key, values: [match.value] };
  }
  if (match.kind === 'labels') {
    for (const term of match.terms) {
      if (term.operator === 'in') return term;
    }
  }
  return undefined;
}

function joined(...parts: string[]): string {
  return parts.join('\n');
}
