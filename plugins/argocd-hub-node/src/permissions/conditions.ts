import { createConditionExports } from '@backstage/plugin-permission-node';
import {
  argocdHubClusterPermissionResourceRef,
  argocdHubHubPermissionResourceRef,
} from './resources';
import {
  argocdHubClusterPermissionRules,
  argocdHubHubPermissionRules,
} from './rules';

const ofClusters = createConditionExports({
  resourceRef: argocdHubClusterPermissionResourceRef,
  rules: argocdHubClusterPermissionRules,
});

const ofHubs = createConditionExports({
  resourceRef: argocdHubHubPermissionResourceRef,
  rules: argocdHubHubPermissionRules,
});

/**
 * Conditions about clusters, for permission policies: `inHub({ hubs })` and
 * `hasLabel({ label, value })`.
 *
 * @public
 */
export const argocdHubClusterConditions = ofClusters.conditions;

/**
 * The decision that a permission of a cluster depends on conditions. Its first
 * argument is narrowed with
 * `isResourcePermission(permission, RESOURCE_TYPE_ARGOCD_HUB_CLUSTER)`.
 *
 * @public
 */
export const createArgocdHubClusterConditionalDecision =
  ofClusters.createConditionalDecision;

/** Conditions about hubs, for permission policies: `inHub({ hubs })`. @public */
export const argocdHubHubConditions = ofHubs.conditions;

/**
 * The decision that a permission of a hub depends on conditions. Its first
 * argument is narrowed with
 * `isResourcePermission(permission, RESOURCE_TYPE_ARGOCD_HUB_HUB)`.
 *
 * @public
 */
export const createArgocdHubHubConditionalDecision =
  ofHubs.createConditionalDecision;
