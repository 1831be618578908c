import type { MappingRule } from 'backstage-plugin-argocd-hub-common';
import type { Claim, EntityClaims } from '../store/ClaimStore';
import type {
  ApplicationRecord,
  ApplicationSelection,
  Selectable,
} from '../store/ApplicationStore';
import { type MappingConfig, mayClaim, namesEntity } from './claimsOf';
import { namedEntity } from '../store/namedEntity';
import { matchesLabels } from './selector';

/** An entity that an application belongs to, and why; strongest first. */
export interface ClaimedBy {
  entityRef: string;
  rules: MappingRule[];
}

interface Entry {
  entity: EntityClaims;
  /** Position among the entity's claims: its strength. */
  position: number;
  claim: Claim;
}

/**
 * Answers which entities an application belongs to, in memory and in time that
 * does not grow with the number of entities: every claim is filed under one
 * value that an application must have for it to match.
 */
export class ClaimIndex {
  readonly #config: MappingConfig;
  readonly #entries = new Map<string, Entry[]>();

  private constructor(config: MappingConfig) {
    this.#config = config;
  }

  static of(
    entities: Iterable<EntityClaims>,
    config: MappingConfig,
  ): ClaimIndex {
    const index = new ClaimIndex(config);
    for (const entity of entities) {
      entity.claims.forEach((claim, position) =>
        index.#file({ entity, claim, position }),
      );
    }
    return index;
  }

  /** Sorted by entity ref. */
  entitiesOf(application: ApplicationRecord): ClaimedBy[] {
    const found = new Map<string, Entry[]>();
    for (const key of filingKeysOf(application)) {
      for (const entry of this.#entries.get(key) ?? []) {
        if (this.#takes(entry, application)) {
          const { entityRef } = entry.entity;
          found.set(entityRef, [...(found.get(entityRef) ?? []), entry]);
        }
      }
    }
    const claimed = new Map(
      [...found].map(([entityRef, entries]) => [
        entityRef,
        entries.sort((a, b) => a.position - b.position).map(e => e.claim.rule),
      ]),
    );
    this.#addNamed(application, claimed);
    return [...claimed]
      .map(([entityRef, rules]) => ({ entityRef, rules }))
      .sort((a, b) => (a.entityRef < b.entityRef ? -1 : 1));
  }

  #file(entry: Entry) {
    const key = filingKey(entry.claim.selection.match);
    if (namesEntity(entry.claim.rule, this.#config)) {
      return; // read from the application itself, so that the entity need not be known
    }
    const entries = this.#entries.get(key);
    if (entries) {
      entries.push(entry);
    } else {
      this.#entries.set(key, [entry]);
    }
  }

  #takes({ entity, claim }: Entry, application: ApplicationRecord): boolean {
    return (
      selects(claim.selection, application) &&
      mayClaim({
        rule: claim.rule,
        owner: entity.owner,
        project: application.project,
        config: this.#config,
      })
    );
  }

  #addNamed(application: ApplicationRecord, to: Map<string, MappingRule[]>) {
    const key = this.#config.applicationEntityRefKey;
    for (const value of valuesOf(application, key)) {
      // The mirror spells each name in one way, so that the database finds it.
      if (namedEntity(value) !== value) continue;
      to.set(value, [
        { claimedBy: 'application', key, value },
        ...(to.get(value) ?? []),
      ]);
    }
  }
}

/** Does the selection take the application? The same question that the store answers in SQL. */
export function selects(
  selection: ApplicationSelection,
  application: Selectable,
): boolean {
  const { hubs, namespace, project, match } = selection;
  if (hubs && !hubs.includes(application.hub)) return false;
  if (namespace && namespace !== application.namespace) return false;
  if (project && project !== application.project) return false;
  switch (match.kind) {
    case 'name':
      return match.name === application.name;
    case 'application-set':
      return match.name === application.applicationSet;
    case 'labels':
      return matchesLabels(match.terms, application.labels);
    default:
      return valuesOf(application, match.key).includes(match.value);
  }
}

/** All keys under which a claim that takes this application can be filed. */
function filingKeysOf(application: ApplicationRecord): Set<string> {
  const keys = new Set(['any', joined('name', application.name)]);
  if (application.applicationSet) {
    keys.add(joined('application-set', application.applicationSet));
  }
  for (const [key, value] of [
    ...Object.entries(application.labels),
    ...Object.entries(application.annotations),
  ]) {
    keys.add(joined('key', key, value));
  }
  for (const key of Object.keys(application.labels)) {
    keys.add(joined('label', key));
  }
  return keys;
}

function filingKey(match: ApplicationSelection['match']): string {
  switch (match.kind) {
    case 'name':
    case 'application-set':
      return joined(match.kind, match.name);
    case 'key':
      return joined('key', match.key, match.value);
    default: {
      const term = match.terms.find(({ operator }) => operator === 'in');
      if (!term || !('values' in term)) return 'any';
      return term.values.length === 1
        ? joined('key', term.key, term.values[0])
        : joined('label', term.key);
    }
  }
}

function joined(...parts: string[]): string {
  return parts.join('\n');
}

function valuesOf(application: Selectable, key: string): string[] {
  const values = [application.labels, application.annotations]
    .filter(map => Object.hasOwn(map, key))
    .map(map => map[key]);
  return [...new Set(values)];
}
