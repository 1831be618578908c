import type { GenericObject } from '../../types/kubernetes';
import type { SpokeStore } from '../SpokeStore';
import type { User } from './Authenticator';

export interface PolicyRule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

/** What somebody wants to do to a resource. */
export interface ResourceAttributes {
  verb: string;
  group: string;
  /** with `/subresource` where there is one */
  resource: string;
  namespace?: string;
  name?: string;
}

/** Whether something is allowed, and why, as access reviews say it. */
export interface Decision {
  allowed: boolean;
  reason: string;
}

interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

export interface RoleRef {
  kind: string;
  name: string;
}

interface Binding extends GenericObject {
  subjects?: Subject[];
  roleRef: RoleRef;
}

interface Grant {
  rule: PolicyRule;
  binding: Binding;
  subject: Subject;
}

/** Evaluates the RBAC objects of a spoke. */
export class Authorizer {
  readonly #store: SpokeStore;

  constructor(store: SpokeStore) {
    this.#store = store;
  }

  decide(user: User, attributes: ResourceAttributes): Decision {
    return this.#decide(user, attributes.namespace, rule =>
      allowsResource(rule, attributes),
    );
  }

  decidePath(user: User, path: string, verb: string): Decision {
    return this.#decide(user, undefined, rule =>
      Boolean(
        includes(rule.verbs, verb) &&
          rule.nonResourceURLs?.some(url => matchesPath(url, path)),
      ),
    );
  }

  allows(user: User, attributes: ResourceAttributes): boolean {
    return this.decide(user, attributes).allowed;
  }

  /** Every rule that holds for a user cluster-wide and, if given, in a namespace. */
  rulesFor(user: User, namespace?: string): PolicyRule[] {
    return [...this.#grants(user, namespace, [])].map(({ rule }) => rule);
  }

  /** The rules of a role; undefined when it does not exist. */
  rulesOf(role: RoleRef, namespace?: string): PolicyRule[] | undefined {
    const object =
      role.kind === 'ClusterRole'
        ? this.#store.of('clusterroles').get(role.name)
        : this.#store.of('roles').get(role.name, namespace);
    return object && ((object.rules as PolicyRule[] | undefined) ?? []);
  }

  #decide(
    user: User,
    namespace: string | undefined,
    matches: (rule: PolicyRule) => boolean,
  ): Decision {
    if (isMaster(user)) return { allowed: true, reason: '' };
    const missing: string[] = [];
    for (const grant of this.#grants(user, namespace, missing)) {
      if (matches(grant.rule)) {
        return { allowed: true, reason: `RBAC: allowed by ${describe(grant)}` };
      }
    }
    const errors = missing.length > 1 ? `[${missing.join(', ')}]` : missing[0];
    return { allowed: false, reason: errors ? `RBAC: ${errors}` : '' };
  }

  /** Notes in `missing` which roles are bound and do not exist. */
  *#grants(
    user: User,
    namespace: string | undefined,
    missing: string[],
  ): Generator<Grant> {
    for (const binding of this.#bindings(namespace)) {
      const scope = binding.metadata.namespace;
      const subject = binding.subjects?.find(each =>
        isSubject(each, user, scope),
      );
      if (!subject) continue;
      const { roleRef } = binding;
      const rules = this.rulesOf(roleRef, scope);
      if (!rules) {
        const kind = roleRef.kind.toLowerCase();
        missing.push(
          `${kind}.rbac.authorization.k8s.io "${roleRef.name}" not found`,
        );
      }
      for (const rule of rules ?? []) yield { rule, binding, subject };
    }
  }

  *#bindings(namespace: string | undefined): Generator<Binding> {
    yield* this.#store.of('clusterrolebindings').list() as Binding[];
    if (!namespace) return;
    for (const binding of this.#store.of('rolebindings').list()) {
      if (binding.metadata.namespace === namespace) yield binding as Binding;
    }
  }
}

export function isMaster(user: User): boolean {
  return user.groups.includes('system:masters');
}

/** The sentence that Kubernetes gives for a refusal. */
export function refusal(
  user: User,
  attributes: ResourceAttributes,
  reason: string,
): string {
  const { verb, resource, group, namespace } = attributes;
  const scope = namespace
    ? `in the namespace "${namespace}"`
    : 'at the cluster scope';
  const sentence = `User "${user.username}" cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`;
  return reason ? `${sentence}: ${reason}` : sentence;
}

export function allowsResource(
  rule: PolicyRule,
  { verb, group, resource, name }: ResourceAttributes,
): boolean {
  const [, subresource] = resource.split('/');
  return (
    includes(rule.verbs, verb) &&
    includes(rule.apiGroups, group) &&
    (includes(rule.resources, resource) ||
      (!!subresource && !!rule.resources?.includes(`*/${subresource}`))) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(name ?? ''))
  );
}

function includes(list: string[] | undefined, value: string): boolean {
  return !!list && (list.includes('*') || list.includes(value));
}

export function matchesPath(pattern: string, path: string): boolean {
  if (pattern.endsWith('*')) return path.startsWith(pattern.slice(0, -1));
  return pattern === path;
}

function isSubject(
  subject: Subject,
  user: User,
  bindingNamespace: string | undefined,
): boolean {
  switch (subject.kind) {
    case 'User':
      return subject.name === user.username;
    case 'Group':
      return user.groups.includes(subject.name);
    case 'ServiceAccount': {
      const namespace = subject.namespace ?? bindingNamespace;
      return (
        user.username === `system:serviceaccount:${namespace}:${subject.name}`
      );
    }
    default:
      return false;
  }
}

function describe({ binding, subject }: Grant): string {
  const { kind, metadata, roleRef } = binding;
  const { name, namespace } = metadata;
  const bindingName = namespace ? `${name}/${namespace}` : name;
  const account = `${subject.name}/${subject.namespace ?? namespace}`;
  const who = subject.kind === 'ServiceAccount' ? account : subject.name;
  return `${kind} "${bindingName}" of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${who}"`;
}
