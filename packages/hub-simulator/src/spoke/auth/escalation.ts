import type { GenericObject } from '../types/kubernetes';
import type { User } from './Authenticator';
import { isMaster, type Authorizer, type PolicyRule } from './Authorizer';
import type { ResourceType } from './resources';
import { forbidden, invalid } from './status';

const RBAC = 'rbac.authorization.k8s.io';

/**
 * Nobody may grant what they do not hold: refuses a role or a binding beyond the
 * user's own rights, unless the user may `escalate` or `bind`.
 */
export function checkEscalation(
  authorizer: Authorizer,
  user: User,
  type: ResourceType,
  object: GenericObject,
): void {
  if (type.group !== RBAC || isMaster(user)) return;
  const { name, namespace } = object.metadata;
  const isBinding = type.resource.endsWith('bindings');
  const role = object.roleRef as { kind: string; name: string };
  const permitted = isBinding
    ? {
        verb: 'bind',
        resource: `${role?.kind?.toLowerCase()}s`,
        name: role?.name,
      }
    : { verb: 'escalate', resource: type.resource, name };
  if (authorizer.allows(user, { ...permitted, group: RBAC, namespace })) return;
  const wanted = isBinding
    ? authorizer.rulesOf(role, namespace)
    : (object.rules as PolicyRule[] | undefined) ?? [];
  const held = authorizer.rulesFor(user, namespace);
  const missing = wanted.filter(rule => !covers(held, rule));
  if (!missing.length) return;
  const groups = user.groups.map(group => `"${group}"`).join(' ');
  throw forbidden(
    type,
    name,
    `user "${
      user.username
    }" (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${missing
      .map(describe)
      .join('\n')}`,
  );
}

/** A binding never changes its role. */
export function checkRoleRef(before: GenericObject, after: GenericObject) {
  const same = JSON.stringify(before.roleRef) === JSON.stringify(after.roleRef);
  if (!before.roleRef || same) return;
  throw invalid(
    String(before.kind),
    before.metadata.name,
    'roleRef: Invalid value: cannot change roleRef',
  );
}

/** Whether every single right in `rule` is held. */
function covers(held: PolicyRule[], rule: PolicyRule): boolean {
  return rule.verbs.every(verb => {
    const paths = (rule.nonResourceURLs ?? []).every(url =>
      held.some(
        has => holds(has.verbs, verb) && holds(has.nonResourceURLs, url),
      ),
    );
    const resources = (rule.apiGroups ?? []).every(group =>
      (rule.resources ?? []).every(resource =>
        (rule.resourceNames?.length ? rule.resourceNames : [undefined]).every(
          name =>
            held.some(
              has =>
                holds(has.verbs, verb) &&
                holds(has.apiGroups, group) &&
                holds(has.resources, resource) &&
                (!has.resourceNames?.length ||
                  (name !== undefined && has.resourceNames.includes(name))),
            ),
        ),
      ),
    );
    return paths && resources;
  });
}

function holds(list: string[] | undefined, value: string): boolean {
  return !!list && (list.includes('*') || list.includes(value));
}

function describe(rule: PolicyRule): string {
  const part = (label: string, list: string[] | undefined) =>
    list?.length
      ? [`${label}:[${list.map(each => `"${each}"`).join(' ')}]`]
      : [];
  return `{${[
    ...part('NonResourceURLs', rule.nonResourceURLs),
    ...part('APIGroups', rule.apiGroups),
    ...part('Resources', rule.resources),
    ...part('ResourceNames', rule.resourceNames),
    ...part('Verbs', rule.verbs),
  ].join(', ')}}`;
}
