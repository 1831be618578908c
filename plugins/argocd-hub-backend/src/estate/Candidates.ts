import type {
  ApplicationSelection,
  StoredApplication,
} from '../store/ApplicationStore';
import type { EntityClaims } from '../store/ClaimStore';

/**
 * Many applications, filed so that those of one entity are found without a look
 * at all others. What is found may be more than an entity wants.
 */
export class Candidates {
  readonly #all: StoredApplication[];
  readonly #filed = new Map<string, StoredApplication[]>();

  static of(applications: StoredApplication[]): Candidates {
    return new Candidates(applications);
  }

  private constructor(applications: StoredApplication[]) {
    this.#all = applications;
    for (const application of applications) {
      for (const key of keysOf(application)) {
        const filed = this.#filed.get(key);
        if (filed) {
          filed.push(application);
        } else {
          this.#filed.set(key, [application]);
        }
      }
    }
  }

  /** Each once. */
  for({ claims }: EntityClaims): StoredApplication[] {
    const found = new Set<StoredApplication>();
    for (const { selection } of claims) {
      const keys = keysWantedBy(selection);
      const wanted = keys
        ? keys.flatMap(key => this.#filed.get(key) ?? [])
        : this.#all;
      wanted.forEach(application => found.add(application));
    }
    return [...found];
  }
}

function keysOf(application: StoredApplication): Set<string> {
  const { name, project, applicationSet, labels, annotations } = application;
  const keys = new Set([joined('name', name), joined('project', project)]);
  if (applicationSet) {
    keys.add(joined('application-set', applicationSet));
  }
  for (const values of [labels, annotations]) {
    for (const [key, value] of Object.entries(values)) {
      keys.add(joined('key', key, value));
    }
  }
  return keys;
}

/** An application must be filed under one of these; undefined where it may be any. */
function keysWantedBy({
  match,
  project,
}: ApplicationSelection): string[] | undefined {
  switch (match.kind) {
    case 'name':
    case 'application-set':
      return [joined(match.kind, match.name)];
    case 'key':
      return [joined('key', match.key, match.value)];
    default: {
      for (const term of match.terms) {
        if (term.operator === 'in') {
          return term.values.map(value => joined('key', term.key, value));
        }
      }
      return project ? [joined('project', project)] : undefined;
    }
  }
}

function joined(...parts: string[]): string {
  return parts.join('\n');
}
