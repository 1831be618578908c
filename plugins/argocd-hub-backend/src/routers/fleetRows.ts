import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  type ClaimingEntity,
  deploymentReadPermission,
  type FleetDeployment,
  type MappingRule,
} from 'backstage-plugin-argocd-hub-common';
import { deploymentsOf } from '../estate/deployments';
import type { Estate } from '../estate/Estate';
import type { ClaimedBy, ClaimIndex } from '../mapping/ClaimIndex';
import { suggestionsFor } from '../mapping/suggestionsFor';
import type { StoredApplication } from '../store/ApplicationStore';
import type { Access } from '../permissions/Access';
import { refsOf } from '../permissions/deploymentAccess';
import { objectKey } from '../store/objectKeys';

/**
 * Rows as a caller may see them. What an entity has to do with a row is told
 * only to those who may read the entity: no ref of it, and no rule either, since
 * a rule can name it.
 */
export async function fleetRows(
  applications: StoredApplication[],
  options: {
    access: Access;
    index: ClaimIndex;
    credentials: BackstageCredentials;
    estate: Estate;
  },
): Promise<FleetDeployment[]> {
  const { access, index, credentials, estate } = options;
  const claimed = new Map<string, { by: ClaimedBy[]; it: StoredApplication }>();
  for (const it of applications) {
    claimed.set(objectKey(it), { by: index.entitiesOf(it), it });
  }
  const readable = await access.entities(
    credentials,
    [...claimed.values()].flatMap(({ by }) => refsOf(by)),
    deploymentReadPermission,
  );
  const entitiesOf = ({ by }: { by: ClaimedBy[] }): ClaimingEntity[] =>
    by
      .filter(({ entityRef }) => readable.has(entityRef))
      .map(({ entityRef, rules }) => ({ entityRef, mappedBy: rules }));
  const rows = await deploymentsOf(
    [...claimed.values()].map(one => ({
      application: one.it,
      mappedBy: rulesOf(entitiesOf(one)),
    })),
    estate,
  );
  return rows.map(row => {
    const one = claimed.get(objectKey(row))!;
    const { mapping } = estate.config;
    return {
      ...row,
      entities: entitiesOf(one),
      ...(one.by.length === 0 && {
        unmapped: { suggestions: suggestionsFor(one.it, mapping) },
      }),
    };
  });
}

/** Each once; two entities may have the same. */
function rulesOf(entities: ClaimingEntity[]): MappingRule[] {
  const rules = entities.flatMap(({ mappedBy }) => mappedBy);
  return [...new Map(rules.map(it => [`${it.key}\n${it.value}`, it])).values()];
}
