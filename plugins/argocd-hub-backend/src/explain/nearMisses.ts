import {
  APPLICATION_KEYS,
  type MappingRule,
  type MissReason,
  type NearMiss,
} from 'backstage-plugin-argocd-hub-common';
import { compareText } from '../compareText';
import type { StoredApplication } from '../store/ApplicationStore';
import type { Claim, EntityClaims } from '../store/ClaimStore';
import { type MappingConfig, mayClaim, namesEntity } from '../mapping/claimsOf';
import { objectKey } from '../store/objectKeys';
import { missesOf, namesOthers } from './misses';
import { nameOf } from './rules';

/** A rule that misses more than this is not the reason. */
const MOST_MISSES = 2;

interface Entity {
  claims: EntityClaims;
  config: MappingConfig;
}

/**
 * Of applications that no rule takes, what is missing, closest first.
 *
 * @param candidates - each once
 */
export function nearMissesOf(
  candidates: StoredApplication[],
  entity: Entity,
): NearMiss[] {
  return candidates
    .map(application => nearMissOf(application, entity))
    .sort((a, b) => a.reasons.length - b.reasons.length || compare(a, b));
}

function nearMissOf(
  application: StoredApplication,
  { claims, config }: Entity,
): NearMiss {
  const closest = closestOf(application, { claims, config });
  const named = namesOthers({
    application,
    entityRef: claims.entityRef,
    entityRefKey: config.applicationEntityRefKey,
    kubernetesId: kubernetesIdOf(claims),
  });
  const reasons = [...(closest?.reasons ?? []), ...named].filter(
    // Said better by what names another entity.
    reason =>
      reason.code !== 'other-value' ||
      !named.some(other => 'key' in other && other.key === reason.key),
  );
  return {
    ...nameOf(application),
    project: application.project,
    ...('name' in application.cluster && { cluster: application.cluster.name }),
    ...(closest && { rule: closest.rule }),
    reasons: reasons.length > 0 ? reasons : [{ code: 'not-claimed' }],
  };
}

function closestOf(
  application: StoredApplication,
  { claims: { claims, owner }, config }: Entity,
): { rule: MappingRule; reasons: MissReason[] } | undefined {
  const [closest] = claims
    .filter(({ rule }) => !namesEntity(rule, config))
    .map(claim => ({
      rule: claim.rule,
      reasons: reasonsOf(claim, application, { owner, config }),
    }))
    .filter(({ reasons }) => reasons.length <= MOST_MISSES)
    .sort((a, b) => a.reasons.length - b.reasons.length);
  return closest;
}

function reasonsOf(
  { rule, selection }: Claim,
  application: StoredApplication,
  options: { owner: string | undefined; config: MappingConfig },
): MissReason[] {
  const { owner, config } = options;
  const { project } = application;
  const misses = missesOf(selection, application, {
    entityRefKey: config.applicationEntityRefKey,
  });
  return mayClaim({ rule, owner, project, config })
    ? misses
    : [
        ...misses,
        { code: 'project-not-open', project, ...(owner && { owner }) },
      ];
}

function kubernetesIdOf({ claims }: EntityClaims): string | undefined {
  return claims.find(({ rule }) => rule.key === APPLICATION_KEYS.kubernetesId)
    ?.rule.value;
}

function compare(a: NearMiss, b: NearMiss): number {
  return compareText(objectKey(a), objectKey(b));
}
