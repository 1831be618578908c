import type {
  ApplicationName,
  ExplainedRule,
} from 'backstage-plugin-argocd-hub-common';
import type { ApplicationKey } from '../store/ApplicationStore';
import type { EntityClaims } from '../store/ClaimStore';
import type { FollowedRule } from './following';

const MOST_NAMED = 5;

/** What became of each rule; those that are refused last. */
export function explainRules(options: {
  followed: FollowedRule[];
  refused: EntityClaims['refused'];
  /** Whether the caller may know of what others run. */
  tellsWithheld: boolean;
}): ExplainedRule[] {
  const { followed, refused, tellsWithheld } = options;
  return [
    ...followed.map(each => explainFollowed(each, tellsWithheld)),
    ...refused.map(
      ({ rule, refusal }): ExplainedRule => ({
        ...rule,
        outcome: 'refused',
        refusal,
        applications: 0,
        first: [],
      }),
    ),
  ];
}

function explainFollowed(
  { rule, selections, taken, withheld }: FollowedRule,
  tellsWithheld: boolean,
): ExplainedRule {
  const { match, ...narrowedTo } = selections[0];
  return {
    ...rule,
    outcome: 'followed',
    ...(Object.keys(narrowedTo).length > 0 && { narrowedTo }),
    applications: taken.length,
    first: taken.slice(0, MOST_NAMED).map(nameOf),
    ...(tellsWithheld && withheld.length > 0 && { withheld: withheld.length }),
  };
}

/** Nothing but its name. */
export function nameOf({
  hub,
  namespace,
  name,
}: ApplicationKey): ApplicationName {
  return { hub, namespace, name };
}
