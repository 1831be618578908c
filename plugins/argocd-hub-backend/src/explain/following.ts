import type { MappingRule } from 'backstage-plugin-argocd-hub-common';
import type {
  ApplicationSelection,
  StoredApplication,
} from '../store/ApplicationStore';
import type { EntityClaims } from '../store/ClaimStore';
import { selects } from '../mapping/ClaimIndex';
import { type MappingConfig, mayClaim } from '../mapping/claimsOf';

/** One rule of an entity, and what it takes. */
export interface FollowedRule {
  rule: MappingRule;
  /** Several where one rule may be spelled in several ways. */
  selections: ApplicationSelection[];
  taken: StoredApplication[];
  /** What it would take, if `mapping.projects` let it. */
  withheld: StoredApplication[];
}

/**
 * Follows the claims of an entity one by one.
 *
 * @param applications - all that the claims select, in the order of the answer
 */
export function followRules(
  { claims, owner }: EntityClaims,
  applications: StoredApplication[],
  config: MappingConfig,
): FollowedRule[] {
  const rules = new Map<string, FollowedRule>();
  for (const { rule, selection } of claims) {
    const known = rules.get(rule.key);
    if (known) {
      known.selections.push(selection);
    } else {
      const selections = [selection];
      rules.set(rule.key, { rule, selections, taken: [], withheld: [] });
    }
  }
  const followed = [...rules.values()];
  for (const application of applications) {
    const { project } = application;
    for (const { rule, selections, taken, withheld } of followed) {
      if (selections.some(selection => selects(selection, application))) {
        const isOpen = mayClaim({ rule, owner, project, config });
        (isOpen ? taken : withheld).push(application);
      }
    }
  }
  return followed;
}

/** All that any of the rules takes, each once. */
export function takenByAny(rules: FollowedRule[]): StoredApplication[] {
  return [...new Set(rules.flatMap(({ taken }) => taken))];
}
