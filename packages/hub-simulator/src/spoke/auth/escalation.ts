import { isDeepStrictEqual } from 'node:util';
import type { GenericObject } from '../../types/kubernetes';
import type { ResourceType } from '../resources';
import { forbidden, notFound } from '../status';
import type { User } from './Authenticator';
import {
  allowsResource,
  isMaster,
  matchesPath,
  type Authorizer,
  type PolicyRule,
  type RoleRef,
} from './Authorizer';

const RBAC = 'rbac.authorization.k8s.io';

/** A role or binding that somebody wants to store, in place of `before`. */
export interface Grantee {
  type: ResourceType;
  user: User;
  object: GenericObject;
  before?: GenericObject;
}

/**
 * Nobody may grant what they do not hold: refuses a role or a binding beyond the
 * user's own rights, unless the user may `escalate` or `bind`.
 */
export function checkEscalation(authorizer: Authorizer, grantee: Grantee) {
  const { type, user } = grantee;
  if (type.group !== RBAC || isMaster(user) || grantsTheSame(grantee)) return;
  const wanted = isBinding(type)
    ? boundRules(authorizer, grantee)
    : ownRules(authorizer, grantee);
  if (!wanted) return;
  const { name, namespace } = grantee.object.metadata;
  const held = authorizer.rulesFor(user, namespace);
  const missing = wanted
    .flatMap(breakDown)
    .filter(rule => !held.some(each => covers(each, rule)));
  if (!missing.length) return;
  const groups = user.groups.map(group => JSON.stringify(group)).join(' ');
  const descriptions = [...new Set(compact(missing).map(describe))].sort();
  throw forbidden(
    type,
    name,
    `user ${JSON.stringify(
      user.username,
    )} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${descriptions.join(
      '\n',
    )}`,
  );
}

function isBinding(type: ResourceType): boolean {
  return type.resource.endsWith('bindings');
}

function grantsTheSame({ type, object, before }: Grantee): boolean {
  if (!before) return false;
  const keys = isBinding(type) ? ['subjects', 'roleRef'] : ['rules'];
  return keys.every(key =>
    isDeepStrictEqual(before[key] ?? [], object[key] ?? []),
  );
}

/** undefined when the user may escalate. */
function ownRules(
  authorizer: Authorizer,
  { type, user, object }: Grantee,
): PolicyRule[] | undefined {
  const { name, namespace } = object.metadata;
  const { group, resource } = type;
  const attributes = { verb: 'escalate', group, resource, name, namespace };
  if (authorizer.allows(user, attributes)) return undefined;
  return (object.rules as PolicyRule[] | undefined) ?? [];
}

/** undefined when the user may bind the role. */
function boundRules(
  authorizer: Authorizer,
  { user, object }: Grantee,
): PolicyRule[] | undefined {
  const role = object.roleRef as RoleRef;
  const { namespace } = object.metadata;
  const resource = `${role.kind.toLowerCase()}s`;
  const permitted = authorizer.allows(user, {
    verb: 'bind',
    group: RBAC,
    resource,
    name: role.name,
    namespace,
  });
  if (permitted) return undefined;
  const rules = authorizer.rulesOf(role, namespace);
  if (!rules) throw notFound({ group: RBAC, resource }, role.name);
  return rules;
}

/** One rule for every single right. */
function breakDown(rule: PolicyRule): PolicyRule[] {
  const paths = (rule.nonResourceURLs ?? []).flatMap(url =>
    rule.verbs.map(verb => ({ nonResourceURLs: [url], verbs: [verb] })),
  );
  const names = rule.resourceNames?.length ? rule.resourceNames : [undefined];
  const resources = (rule.apiGroups ?? []).flatMap(group =>
    (rule.resources ?? []).flatMap(resource =>
      rule.verbs.flatMap(verb =>
        names.map(name => ({
          apiGroups: [group],
          resources: [resource],
          verbs: [verb],
          ...(name !== undefined && { resourceNames: [name] }),
        })),
      ),
    ),
  );
  return [...resources, ...paths];
}

/** Whether one held rule gives a single right. */
function covers(held: PolicyRule, right: PolicyRule): boolean {
  const [verb] = right.verbs;
  if (right.nonResourceURLs) {
    const [url] = right.nonResourceURLs;
    const hasVerb = held.verbs.includes('*') || held.verbs.includes(verb);
    return (
      hasVerb && !!held.nonResourceURLs?.some(each => matchesPath(each, url))
    );
  }
  return allowsResource(held, {
    verb,
    group: right.apiGroups![0],
    resource: right.resources![0],
    name: right.resourceNames?.[0],
  });
}

/** Puts the verbs of the same resource together again. */
function compact(rules: PolicyRule[]): PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const { verbs, ...what } = rule;
    const key = JSON.stringify(rule.nonResourceURLs ? rule : what);
    const known = merged.get(key);
    if (known) known.verbs = [...known.verbs, ...verbs];
    else merged.set(key, { ...rule });
  }
  return [...merged.values()];
}

function describe(rule: PolicyRule): string {
  const part = (label: string, list: string[] | undefined) =>
    list?.length
      ? [`${label}:[${list.map(each => JSON.stringify(each)).join(' ')}]`]
      : [];
  return `{${[
    ...part('APIGroups', rule.apiGroups),
    ...part('Resources', rule.resources),
    ...part('ResourceNames', rule.resourceNames),
    ...part('NonResourceURLs', rule.nonResourceURLs),
    ...part('Verbs', rule.verbs),
  ].join(', ')}}`;
}
