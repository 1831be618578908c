interface Policy {
  subject: string;
  resource: RegExp;
  action: RegExp;
  object: RegExp;
  allows: boolean;
}

const BUILT_IN = `
p, role:readonly, *, get, *, allow
p, role:admin, *, *, *, allow
g, admin, role:admin
`;

/**
 * Argo CD's policy lines: `p, subject, resource, action, object, effect` and
 * `g, subject, role`. In a glob `/` is an ordinary character. A deny wins.
 */
export class Rbac {
  readonly #policies: Policy[] = [];
  readonly #roles = new Map<string, string[]>();

  /** Throws on a line that is neither. */
  constructor(policy: string) {
    for (const line of `${BUILT_IN}${policy}`.split('\n')) this.#read(line);
  }

  allows(
    subject: string,
    resource: string,
    action: string,
    object: string,
  ): boolean {
    const subjects = this.#rolesOf(subject);
    const matching = this.#policies.filter(
      policy =>
        subjects.has(policy.subject) &&
        policy.resource.test(resource) &&
        policy.action.test(action) &&
        policy.object.test(object),
    );
    return (
      matching.some(({ allows }) => allows) &&
      matching.every(({ allows }) => allows)
    );
  }

  #read(line: string): void {
    const text = line.trim();
    if (!text || text.startsWith('#')) return;
    const [kind, ...parts] = text.split(',').map(part => part.trim());
    if (kind === 'g' && parts.length === 2) {
      const [subject, role] = parts;
      this.#roles.set(subject, [...(this.#roles.get(subject) ?? []), role]);
      return;
    }
    if (kind !== 'p' || parts.length !== 5) {
      throw new Error(`invalid RBAC policy: ${text}`);
    }
    const [subject, resource, action, object, effect] = parts;
    this.#policies.push({
      subject,
      resource: glob(resource),
      action: glob(action),
      object: glob(object),
      allows: effect === 'allow',
    });
  }

  #rolesOf(subject: string, seen = new Set<string>()): Set<string> {
    if (seen.has(subject)) return seen;
    seen.add(subject);
    for (const role of this.#roles.get(subject) ?? [])
      this.#rolesOf(role, seen);
    return seen;
  }
}

/** A glob as a regular expression that must match the whole text. */
export function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^$()|\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.')
    .replace(
      /\{([^}]*)\}/g,
      (_, list: string) => `(${list.replace(/,/g, '|')})`,
    );
  return new RegExp(`^${source}$`, 's');
}
