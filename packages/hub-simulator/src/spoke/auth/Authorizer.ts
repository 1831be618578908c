import type { GenericObject } from '../types/kubernetes';
import type { User } from './Authenticator';
import type { SpokeStore } from './SpokeStore';

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

interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

interface Binding extends GenericObject {
  subjects?: Subject[];
  roleRef: { kind: string; name: string };
}

/** Evaluates the RBAC objects of a spoke. */
export class Authorizer {
  readonly #store: SpokeStore;

  constructor(store: SpokeStore) {
    this.#store = store;
  }

  allows(user: User, attributes: ResourceAttributes): boolean {
    if (isMaster(user)) return true;
    return this.rulesFor(user, attributes.namespace).some(rule =>
      allowsResource(rule, attributes),
    );
  }

  allowsPath(user: User, path: string, verb: string): boolean {
    if (isMaster(user)) return true;
    return this.rulesFor(user).some(
      rule =>
        includes(rule.verbs, verb) &&
        rule.nonResourceURLs?.some(url => matchesPath(url, path)),
    );
  }

  /** Every rule that holds for a user cluster-wide and, if given, in a namespace. */
  rulesFor(user: User, namespace?: string): PolicyRule[] {
    const bindings = [
      ...this.#store.of('clusterrolebindings').list(),
      ...(namespace ? this.#bindingsIn(namespace) : []),
    ] as Binding[];
    return bindings
      .filter(binding =>
        binding.subjects?.some(subject =>
          isSubject(subject, user, binding.metadata.namespace),
        ),
      )
      .flatMap(binding =>
        this.rulesOf(binding.roleRef, binding.metadata.namespace),
      );
  }

  /** The rules of a role; none when it does not exist. */
  rulesOf(
    role: { kind: string; name: string },
    namespace?: string,
  ): PolicyRule[] {
    const object =
      role.kind === 'ClusterRole'
        ? this.#store.of('clusterroles').get(role.name)
        : this.#store.of('roles').get(role.name, namespace);
    return (object?.rules as PolicyRule[] | undefined) ?? [];
  }

  #bindingsIn(namespace: string): GenericObject[] {
    return this.#store
      .of('rolebindings')
      .list()
      .filter(binding => binding.metadata.namespace === namespace);
  }
}

export function isMaster(user: User): boolean {
  return user.groups.includes('system:masters');
}

/** The sentence that Kubernetes gives for a refusal. */
export function refusal(user: User, attributes: ResourceAttributes): string {
  const { verb, resource, group, namespace } = attributes;
  const scope = namespace
    ? `in the namespace "${namespace}"`
    : 'at the cluster scope';
  return `User "${user.username}" cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`;
}

function allowsResource(
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

function matchesPath(pattern: string, path: string): boolean {
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
