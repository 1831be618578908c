import {
  Entity,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import {
  APPLICATION_KEYS,
  ENTITY_ANNOTATIONS,
  type MappingRule,
} from 'backstage-plugin-argocd-hub-common';
import { matchesGlob } from '../glob';
import type { ArgocdHubConfig } from '../config';
import type { Claim, EntityClaims } from '../store/ClaimStore';
import type { ApplicationSelection } from '../store/ApplicationStore';
import { annotationOf } from './annotationOf';
import { badScopeOf, faultOf, narrowingNothing, refusedFor } from './refusals';
import { parseNarrowSelector, SelectorError } from './selector';

export type MappingConfig = ArgocdHubConfig['mapping'];

/** Annotations of an entity that make it worth reading in bulk. */
export const CLAIMING_ANNOTATIONS: string[] = [
  ENTITY_ANNOTATIONS.applicationName,
  ENTITY_ANNOTATIONS.applicationSet,
  ENTITY_ANNOTATIONS.applicationSelector,
  ENTITY_ANNOTATIONS.projectName,
  APPLICATION_KEYS.kubernetesId,
];

/** Parts of an entity that `claimsOf` looks at. */
export const CLAIMING_FIELDS: string[] = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.annotations',
  'spec.owner',
];

/**
 * Which applications an entity asks for, by its annotations and by what
 * applications say of it. Strongest first: an application that names the
 * entity, a name, an ApplicationSet, a selector, a whole project, and last the
 * id that Backstage's Kubernetes plugin uses.
 */
export function claimsOf(entity: Entity, config: MappingConfig): EntityClaims {
  const entityRef = stringifyEntityRef(entity);
  const named = { key: config.applicationEntityRefKey, value: entityRef };
  const claims: Claim[] = [
    {
      rule: { claimedBy: 'application', ...named },
      selection: { match: { kind: 'key', ...named } },
    },
  ];
  const refused: EntityClaims['refused'] = [];
  const scope = scopeOf(entity);
  const badScope = badScopeOf(entity);
  const add = (
    claimedBy: MappingRule['claimedBy'],
    key: string,
    select: (value: string) => ApplicationSelection,
  ) => {
    const value = annotationOf(entity, key);
    // What narrows a claim is not left out: it would take more than is meant.
    if (value === undefined || badScope.length > 0) return;
    const rule = { claimedBy, key, value };
    const fault = faultOf(value);
    if (fault) {
      refused.push(refusedFor(fault, rule));
      return;
    }
    try {
      claims.push({ rule, selection: select(value) });
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      refused.push({ rule, refusal: error.refusal });
    }
  };

  add('entity', ENTITY_ANNOTATIONS.applicationName, name => ({
    ...scope,
    match: { kind: 'name', name },
  }));
  add('entity', ENTITY_ANNOTATIONS.applicationSet, name => ({
    ...scope,
    match: { kind: 'application-set', name },
  }));
  add('entity', ENTITY_ANNOTATIONS.applicationSelector, text => ({
    ...scope,
    match: { kind: 'labels', terms: parseNarrowSelector(text) },
  }));
  if (isWholeProject(entity)) {
    add('entity', ENTITY_ANNOTATIONS.projectName, () => ({
      ...scope,
      match: { kind: 'labels', terms: [] },
    }));
  }
  add('application', APPLICATION_KEYS.kubernetesId, value => ({
    ...scope,
    match: { kind: 'key', key: APPLICATION_KEYS.kubernetesId, value },
  }));
  const selects = CLAIMING_ANNOTATIONS.some(
    key => annotationOf(entity, key) !== undefined,
  );
  refused.push(...badScope);
  if (badScope.length === 0 && !selects) {
    refused.push(...narrowingNothing(entity));
  }
  return { entityRef, owner: ownerOf(entity), claims, refused };
}

/** Is it the application's own word? What entities say of themselves is written by users. */
export function namesEntity(rule: MappingRule, config: MappingConfig): boolean {
  return (
    rule.claimedBy === 'application' &&
    rule.key === config.applicationEntityRefKey
  );
}

/**
 * May the claim be followed into this project? An application that names the
 * entity needs no leave. With `mapping.projects` set, a project that no glob
 * matches is open to nobody.
 */
export function mayClaim(options: {
  rule: MappingRule;
  owner: string | undefined;
  project: string;
  config: MappingConfig;
}): boolean {
  const { rule, owner, project, config } = options;
  if (!config.projects || namesEntity(rule, config)) {
    return true;
  }
  return Object.entries(config.projects).some(
    ([glob, owners]) =>
      owner !== undefined &&
      owners.includes(owner) &&
      matchesGlob(glob, project),
  );
}

/**
 * A claim of the entity alone is no right to operate: the application names
 * the entity, or the configuration says whose its project is.
 */
export function mayOperate(options: {
  rules: MappingRule[];
  owner: string | undefined;
  project: string;
  config: MappingConfig;
}): boolean {
  const { rules, ...rest } = options;
  const { config } = rest;
  return rules.some(
    rule =>
      namesEntity(rule, config) ||
      (config.projects !== undefined && mayClaim({ rule, ...rest })),
  );
}

function lower(text: string): string {
  return text.toLocaleLowerCase('en-US');
}

/** The annotations that only narrow what the others select. */
function scopeOf(entity: Entity): Omit<ApplicationSelection, 'match'> {
  const hubs = annotationOf(entity, ENTITY_ANNOTATIONS.instanceName)
    ?.split(',')
    // Other plugins let instances be named in any case.
    .map(hub => lower(hub.trim()))
    .filter((hub, index, all) => hub && all.indexOf(hub) === index);
  const namespace = annotationOf(
    entity,
    ENTITY_ANNOTATIONS.applicationNamespace,
  );
  const project = annotationOf(entity, ENTITY_ANNOTATIONS.projectName);
  return {
    ...(hubs?.length ? { hubs } : {}),
    ...(namespace ? { namespace } : {}),
    ...(project ? { project } : {}),
  };
}

/** A project alone selects all of it; beside another annotation it only narrows. */
function isWholeProject(entity: Entity): boolean {
  return ![
    ENTITY_ANNOTATIONS.applicationName,
    ENTITY_ANNOTATIONS.applicationSet,
    ENTITY_ANNOTATIONS.applicationSelector,
  ].some(key => annotationOf(entity, key) !== undefined);
}

function ownerOf(entity: Entity): string | undefined {
  const owner = entity.spec?.owner;
  if (typeof owner !== 'string' || !owner) return undefined;
  try {
    return stringifyEntityRef(
      parseEntityRef(owner, {
        defaultKind: 'group',
        defaultNamespace: entity.metadata.namespace,
      }),
    );
  } catch {
    return undefined;
  }
}
