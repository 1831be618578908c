import { matchesGlob } from '../glob';
import { Rbac } from './Rbac';

describe('Rbac', () => {
  const rbac = new Rbac(
    `
    # comments and empty lines are skipped

    p, role:read, applications, get, */*, allow
    p, role:read, clusters, get, https://*.k8s.example.com*, allow
    p, robot, applications, get, secret/*, deny
    p, role:ops, applications, sync, "web/*", allow
    g, robot, role:read
    g, role:read, role:ops
    `,
    { defaultRole: 'role:guest' },
  );

  it('F1.8.2 lets * match slashes too', () => {
    expect(rbac.allows('robot', 'applications', 'get', 'a/b/c')).toBe(true);
    expect(rbac.allows('robot', 'applications', 'get', 'a')).toBe(false);
  });

  it('F1.8.2 matches cluster URLs by glob', () => {
    const may = (server: string) =>
      rbac.allows('robot', 'clusters', 'get', server);
    expect(may('https://a.k8s.example.com:6443')).toBe(true);
    expect(may('https://a-k8s-example.com')).toBe(false);
  });

  it('F1.8.2 gives roles through roles, and takes quoted values', () => {
    expect(rbac.allows('robot', 'applications', 'sync', 'web/a')).toBe(true);
  });

  it('F1.8.2 lets a deny win, but not over the default role', () => {
    const may = (defaultRole: string) =>
      new Rbac(
        `
        p, role:guest, applications, get, secret/*, allow
        p, robot, applications, get, secret/*, deny
        p, robot, applications, get, */*, allow
        `,
        { defaultRole },
      ).allows('robot', 'applications', 'get', 'secret/a');
    expect(may('')).toBe(false);
    expect(may('role:guest')).toBe(true);
  });

  it.each([
    ['role:readonly', 'applications', 'get', 'a/b', true],
    ['role:readonly', 'logs', 'get', 'a/b', true],
    ['role:readonly', 'clusters', 'get', 'https://x', true],
    ['role:readonly', 'exec', 'create', 'a/b', false],
    ['role:readonly', 'applications', 'sync', 'a/b', false],
    ['admin', 'clusters', 'delete', 'https://x', true],
    ['admin', 'applications', 'update/apps/Deployment/x/y', 'a/b', true],
    ['admin', 'applications', 'get', 'a/b', true],
    ['admin', 'extensions', 'invoke', 'x', false],
    ['nobody', 'applications', 'get', 'a/b', false],
  ])(
    'F1.8.2 has built-in roles: %s, %s, %s, %s is %s',
    (subject, resource, action, object, allowed) => {
      expect(rbac.allows(subject, resource, action, object)).toBe(allowed);
    },
  );

  it.each([
    ['p, a, b', 'invalid RBAC policy: p, a, b'],
    ['g, a', 'invalid RBAC policy: g, a'],
    ['x, a, b', 'invalid RBAC policy: x, a, b'],
    ['p, a, "b', 'error parsing policy line'],
  ])('F1.8.2 refuses the line %s', (line, message) => {
    expect(() => new Rbac(line)).toThrow(message);
  });

  it.each([
    ['*', 'a/b', true],
    ['a?c', 'abc', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[!a-c]x', 'dx', true],
    ['{a,b*}/c', 'bcd/c', true],
    ['{a,b}/c', 'd/c', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a.c', 'abc', false],
    ['[a', '[a', false],
  ])('matches %s with %s: %s', (pattern, text, matched) => {
    expect(matchesGlob(pattern, text)).toBe(matched);
  });
});
