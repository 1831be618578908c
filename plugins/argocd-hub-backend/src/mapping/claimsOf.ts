import { toUSVString } from 'node:util';
import {
  Entity,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { toError } from '@backstage/errors';
import {
  APPLICATION_KEYS,
  ENTITY_ANNOTATIONS,
  type MappingRule,
} from 'backstage-plugin-argocd-hub-common';
import { matchesGlob } from '../applicationSets/glob';
import type { ArgocdHubConfig } from '../config';
import type { Claim, EntityClaims } from '../store/ClaimStore';
import type { ApplicationSelection } from '../store/ApplicationStore';
import { isNarrow, parseSelector } from './selector';

export type MappingConfig = ArgocdHubConfig['mapping'];

class TooWideError extends Error {}

/** Whatever applications, sets, projects and hubs are called is far shorter. */
const LONGEST_VALUE = 2_000;
/** Of what is wrong, that much is repeated. */
const LONGEST_REPEATED = 200;

/** Annotations of an entity that make it worth reading in bulk. */
export const CLAIMING_ANNOTATIONS: string[] = [
  ENTITY_ANNOTATIONS.applicationName,
  ENTITY_ANNOTATIONS.applicationSet,
  ENTITY_ANNOTATIONS.applicationSelector,
  ENTITY_ANNOTATIONS.projectName,
  APPLICATION_KEYS.kubernetesId,
];

/** Annotations that narrow what the others select. */
const NARROWING_ANNOTATIONS = [
  ENTITY_ANNOTATIONS.instanceName,
  ENTITY_ANNOTATIONS.applicationNamespace,
  ENTITY_ANNOTATIONS.projectName,
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
  const badScope = NARROWING_ANNOTATIONS.filter(
    key => faultOf(entity, key) !== undefined,
  );
  const add = (
    claimedBy: MappingRule['claimedBy'],
    key: string,
    select: (value: string) => ApplicationSelection,
  ) => {
    const value = annotationOf(entity, key);
    // What narrows a claim is not left out: it would take more than is meant.
    if (value === undefined || badScope.length > 0) return;
    const rule = { claimedBy, key, value };
    const fault = faultOf(entity, key);
    if (fault) {
      refused.push(refusedFor(fault, rule));
      return;
    }
    try {
      claims.push({ rule, selection: select(value) });
    } catch (error) {
      const code = error instanceof TooWideError ? 'too-wide' : 'bad-selector';
      refused.push({ rule, code, why: toError(error).message });
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
    match: { kind: 'labels', terms: narrowTerms(text) },
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
  refused.push(
    ...(badScope.length > 0
      ? badScopeOf(entity, badScope)
      : narrowingNothing(entity)),
  );
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

function narrowTerms(text: string) {
  const terms = parseSelector(text);
  if (!isNarrow(terms)) {
    throw new TooWideError(
      'A selector needs at least one term with = or in, else it would take nearly everything',
    );
  }
  return terms;
}

/** Why a value can name nothing that there is: databases and logs would stumble over it. */
function faultOf(entity: Entity, key: string): string | undefined {
  const value = annotationOf(entity, key) ?? '';
  if (value.length > LONGEST_VALUE) {
    return `It has more than ${LONGEST_VALUE} characters`;
  }
  // Blanks and line breaks part the terms of a selector.
  // eslint-disable-next-line no-control-regex
  const isUnclean = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(
    value,
  );
  return isUnclean || toUSVString(value) !== value
    ? 'It holds characters that no name has'
    : undefined;
}

function refusedFor(
  why: string,
  { value, ...rule }: MappingRule,
): EntityClaims['refused'][number] {
  const repeated = toUSVString(value.slice(0, LONGEST_REPEATED));
  return { rule: { ...rule, value: repeated }, code: 'bad-selector', why };
}

function badScopeOf(entity: Entity, keys: string[]): EntityClaims['refused'] {
  return keys.map(key => {
    const value = annotationOf(entity, key) ?? '';
    const why = `${faultOf(
      entity,
      key,
    )}, and all others would be narrowed by it`;
    return refusedFor(why, { claimedBy: 'entity', key, value });
  });
}

/** Annotations that only narrow others, where there is none that selects. */
function narrowingNothing(entity: Entity): EntityClaims['refused'] {
  const selecting = CLAIMING_ANNOTATIONS.find(
    key => annotationOf(entity, key) !== undefined,
  );
  if (selecting) {
    return [];
  }
  return [
    ENTITY_ANNOTATIONS.instanceName,
    ENTITY_ANNOTATIONS.applicationNamespace,
  ].flatMap(key => {
    const value = annotationOf(entity, key);
    return value === undefined
      ? []
      : {
          rule: { claimedBy: 'entity' as const, key, value },
          code: 'narrows-nothing' as const,
          why: 'It narrows what other annotations select, and none of those is set',
        };
  });
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

function annotationOf(entity: Entity, key: string): string | undefined {
  const annotations = entity.metadata.annotations ?? {};
  const value: unknown = Object.hasOwn(annotations, key)
    ? annotations[key]
    : undefined;
  const text = typeof value === 'string' ? value.trim() : undefined;
  // An empty selector takes everything: it is refused, and not passed over.
  return text || key === ENTITY_ANNOTATIONS.applicationSelector
    ? text
    : undefined;
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
