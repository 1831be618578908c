import type { MappingRule } from 'backstage-plugin-argocd-hub-common';
import { compareText } from '../compareText';
import type { Claim, EntityClaims } from '../store/ClaimStore';
import type {
  ApplicationSelection,
  Selectable,
} from '../store/ApplicationStore';
import { type MappingConfig, mayClaim, namesEntity } from './claimsOf';
import { namedEntity } from '../store/namedEntity';
import { requiredValue } from '../store/requiredValue';
import { matchesLabels } from './selector';
import { valuesOf } from './valuesOf';

const ANY = 'any';

/** An entity that an application belongs to, and why; strongest first. */
export interface ClaimedBy {
  entityRef: string;
  /** Of the entity, where one of its own claims takes the application. */
  owner?: string;
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
 * does not grow with the number of entities: every claim is filed under values
 * of which an application must have one for it to match.
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
  entitiesOf(application: Selectable): ClaimedBy[] {
    // Each once: it may have a value by its label, and another by its annotation.
    const entries = new Set(
      filingKeysOf(application).flatMap(key => this.#entries.get(key) ?? []),
    );
    const found = new Map<string, Entry[]>();
    for (const entry of entries) {
      if (this.#takes(entry, application)) {
        const { entityRef } = entry.entity;
        found.set(entityRef, [...(found.get(entityRef) ?? []), entry]);
      }
    }
    const claimed = new Map(
      [...found].map(([entityRef, own]) => [
        entityRef,
        own.sort((a, b) => a.position - b.position).map(e => e.claim.rule),
      ]),
    );
    this.#addNamed(application, claimed);
    return [...claimed]
      .map(([entityRef, rules]) => {
        const owner = found.get(entityRef)?.[0].entity.owner;
        return { entityRef, ...(owner && { owner }), rules };
      })
      .sort((a, b) => compareText(a.entityRef, b.entityRef));
  }

  #file(entry: Entry) {
    if (namesEntity(entry.claim.rule, this.#config)) {
      return; // read from the application itself, so that the entity need not be known
    }
    for (const key of filingKeys(entry.claim.selection)) {
      const entries = this.#entries.get(key);
      if (entries) {
        entries.push(entry);
      } else {
        this.#entries.set(key, [entry]);
      }
    }
  }

  #takes({ entity, claim }: Entry, application: Selectable): boolean {
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

  #addNamed(application: Selectable, to: Map<string, MappingRule[]>) {
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
function filingKeysOf(application: Selectable): string[] {
  const { name, project, applicationSet, labels, annotations } = application;
  const keys = new Set([
    ANY,
    joined('name', name),
    joined('project', project),
    ...(applicationSet ? [joined('application-set', applicationSet)] : []),
  ]);
  for (const [key, value] of [
    ...Object.entries(labels),
    ...Object.entries(annotations),
  ]) {
    keys.add(joined('key', key, value));
  }
  return [...keys];
}

/** The claim is found under each of them. */
function filingKeys(selection: ApplicationSelection): string[] {
  const required = requiredValue(selection);
  if (!required) {
    return [ANY];
  }
  const { of, values } = required;
  return values.map(value =>
    'key' in of ? joined('key', of.key, value) : joined(of.kind, value),
  );
}

function joined(...parts: string[]): string {
  return parts.join('\n');
}
