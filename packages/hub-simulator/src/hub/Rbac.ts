import { matchesGlob } from '../glob';

interface Policy {
  resource: string;
  action: string;
  object: string;
  allows: boolean;
}

interface Permission {
  resource: string;
  action: string;
  object: string;
}

/** What `role:readonly` and `role:admin` mean without anybody saying so. */
const BUILT_IN = `
p, role:readonly, applications, get, */*, allow
p, role:readonly, applicationsets, get, */*, allow
p, role:readonly, certificates, get, *, allow
p, role:readonly, clusters, get, *, allow
p, role:readonly, repositories, get, *, allow
p, role:readonly, write-repositories, get, *, allow
p, role:readonly, projects, get, *, allow
p, role:readonly, accounts, get, *, allow
p, role:readonly, gpgkeys, get, *, allow
p, role:readonly, logs, get, */*, allow
p, role:admin, applications, create, */*, allow
p, role:admin, applications, update, */*, allow
p, role:admin, applications, update/*, */*, allow
p, role:admin, applications, delete, */*, allow
p, role:admin, applications, delete/*, */*, allow
p, role:admin, applications, sync, */*, allow
p, role:admin, applications, override, */*, allow
p, role:admin, applications, action/*, */*, allow
p, role:admin, applicationsets, get, */*, allow
p, role:admin, applicationsets, create, */*, allow
p, role:admin, applicationsets, update, */*, allow
p, role:admin, applicationsets, delete, */*, allow
p, role:admin, certificates, create, *, allow
p, role:admin, certificates, update, *, allow
p, role:admin, certificates, delete, *, allow
p, role:admin, clusters, create, *, allow
p, role:admin, clusters, update, *, allow
p, role:admin, clusters, delete, *, allow
p, role:admin, repositories, create, *, allow
p, role:admin, repositories, update, *, allow
p, role:admin, repositories, delete, *, allow
p, role:admin, write-repositories, create, *, allow
p, role:admin, write-repositories, update, *, allow
p, role:admin, write-repositories, delete, *, allow
p, role:admin, projects, create, *, allow
p, role:admin, projects, update, *, allow
p, role:admin, projects, delete, *, allow
p, role:admin, accounts, update, *, allow
p, role:admin, gpgkeys, create, *, allow
p, role:admin, gpgkeys, delete, *, allow
p, role:admin, exec, create, */*, allow
g, role:admin, role:readonly
g, admin, role:admin
`;

/** How a set of policies decides about objects, for one resource and action. */
interface Rules {
  allow: string[];
  deny: string[];
}

/** Lines of policy, read. */
class PolicySet {
  readonly #policies = new Map<string, Policy[]>();
  readonly #roles = new Map<string, string[]>();

  /** @throws an Error that names the first line that is neither `p` nor `g` */
  constructor(text: string) {
    for (const line of text.split('\n')) this.#read(line.trim());
  }

  rolesOf(subject: string): string[] {
    return this.#roles.get(subject) ?? [];
  }

  policiesOf(subjects: Iterable<string>): Policy[] {
    return [...subjects].flatMap(each => this.#policies.get(each) ?? []);
  }

  #read(line: string): void {
    if (!line || line.startsWith('#')) return;
    const [kind, ...parts] = splitLine(line);
    if (kind === 'g' && parts.length === 2) {
      const [subject, role] = parts;
      this.#roles.set(subject, [...(this.#roles.get(subject) ?? []), role]);
      return;
    }
    if (kind !== 'p' || parts.length !== 5) {
      throw new Error(`invalid RBAC policy: ${line}`);
    }
    const [subject, resource, action, object, effect] = parts;
    // An effect that is neither is no error and has no effect.
    if (effect !== 'allow' && effect !== 'deny') return;
    const policy = { resource, action, object, allows: effect === 'allow' };
    const same = this.#policies.get(subject) ?? [];
    this.#policies.set(subject, [...same, policy]);
  }
}

/** What the roles of one project add. */
interface ProjectSet {
  id: number;
  /** undefined when it is empty or makes no sense */
  set: PolicySet | undefined;
}

/**
 * Argo CD's policy lines: `p, subject, resource, action, object, effect` and
 * `g, subject, role`. In a glob `/` is an ordinary character, and a deny wins
 * over everything but the default role.
 */
export class Rbac {
  readonly #own: PolicySet;
  readonly #defaultRole: string;
  readonly #projects = new Map<string, ProjectSet>();
  /** by subject, resource, action and project: policies are few, objects many */
  readonly #rules = new Map<string, Rules>();

  /**
   * @param policy - `policy.csv`
   * @param options - `defaultRole` is `policy.default`
   * @throws an Error with Argo CD's sentence on a line that makes no sense
   */
  constructor(policy: string, options: { defaultRole?: string } = {}) {
    this.#own = new PolicySet(`${BUILT_IN}\n${policy}`);
    this.#defaultRole = options.defaultRole ?? '';
  }

  /** Whether a subject may do something, by the default role or by itself. */
  allows(
    subject: string,
    resource: string,
    action: string,
    object: string,
  ): boolean {
    const permission = { resource, action, object };
    return this.allowsEveryone(permission) || this.permits(subject, permission);
  }

  /** Whether the default role may: nothing can deny that. */
  allowsEveryone(permission: Permission): boolean {
    if (!this.#defaultRole) return false;
    return this.permits(this.#defaultRole, permission);
  }

  /**
   * Whether a subject may do something without the default role.
   *
   * @param projectPolicy - lines that the roles of a project add; as in Argo CD
   *   none of them counts when one makes no sense
   */
  permits(
    subject: string,
    { resource, action, object }: Permission,
    projectPolicy = '',
  ): boolean {
    const project = this.#projectSet(projectPolicy);
    const key = `${subject}\n${resource}\n${action}\n${project.id}`;
    let rules = this.#rules.get(key);
    if (!rules) {
      rules = this.#rulesOf(subject, { resource, action }, project.set);
      this.#rules.set(key, rules);
    }
    return (
      rules.allow.some(pattern => matchesGlob(pattern, object)) &&
      !rules.deny.some(pattern => matchesGlob(pattern, object))
    );
  }

  #rulesOf(
    subject: string,
    { resource, action }: Omit<Permission, 'object'>,
    project: PolicySet | undefined,
  ): Rules {
    const sets = project ? [this.#own, project] : [this.#own];
    const subjects = rolesOf(subject, sets);
    const policies = sets
      .flatMap(set => set.policiesOf(subjects))
      .filter(
        policy =>
          matchesGlob(policy.resource, resource) &&
          matchesGlob(policy.action, action),
      );
    const patterns = (allows: boolean) =>
      policies.filter(each => each.allows === allows).map(each => each.object);
    return { allow: patterns(true), deny: patterns(false) };
  }

  #projectSet(text: string): ProjectSet {
    let found = this.#projects.get(text);
    if (!found) {
      found = { id: this.#projects.size, set: readSafely(text) };
      this.#projects.set(text, found);
    }
    return found;
  }
}

function readSafely(text: string): PolicySet | undefined {
  if (!text) return undefined;
  try {
    return new PolicySet(text);
  } catch {
    return undefined;
  }
}

/** A subject itself with all the roles it has. */
function rolesOf(subject: string, sets: readonly PolicySet[]): Set<string> {
  const seen = new Set([subject]);
  for (const each of seen) {
    for (const set of sets) {
      for (const role of set.rolesOf(each)) seen.add(role);
    }
  }
  return seen;
}

/** Parts of a line of comma-separated values, quoted ones too. */
function splitLine(line: string): string[] {
  const parts: string[] = [];
  let rest = line;
  for (;;) {
    const trimmed = rest.trimStart();
    const quoted = /^"((?:[^"]|"")*)"(?=,|$)/.exec(trimmed);
    const [whole, value] = quoted ?? /^([^,]*)/.exec(trimmed)!;
    if (!quoted && value.includes('"')) {
      throw new Error(
        `error parsing policy line ${JSON.stringify(
          line,
        )}: parse error on line 1, column ${
          line.indexOf('"') + 1
        }: bare " in non-quoted-field`,
      );
    }
    parts.push(quoted ? value.replace(/""/g, '"') : value);
    rest = trimmed.slice(whole.length);
    if (!rest) return parts;
    rest = rest.slice(1);
  }
}
