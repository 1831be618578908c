import { Rbac } from './Rbac';

describe('Rbac', () => {
  const rbac = new Rbac(`
    # comments and empty lines are skipped

    p, role:read, applications, get, */*, allow
    p, role:read, clusters, get, https://*.k8s.example.com*, allow
    p, robot, applications, get, secret/*, deny
    g, robot, role:read
  `);

  it('F1.8.2 lets * match slashes too', () => {
    expect(rbac.allows('robot', 'applications', 'get', 'a/b/c')).toBe(true);
  });

  it('F1.8.2 matches cluster URLs by glob', () => {
    const may = (server: string) =>
      rbac.allows('robot', 'clusters', 'get', server);
    expect(may('https://a.k8s.example.com:6443')).toBe(true);
    expect(may('https://a-k8s-example.com')).toBe(false);
  });

  it('lets a deny win', () => {
    expect(rbac.allows('robot', 'applications', 'get', 'secret/a')).toBe(false);
  });

  it('gives nothing to strangers and everything to admin', () => {
    expect(rbac.allows('who', 'applications', 'get', 'a/b')).toBe(false);
    expect(rbac.allows('admin', 'clusters', 'delete', 'https://x')).toBe(true);
  });

  it('refuses a line that is no policy', () => {
    expect(() => new Rbac('p, a, b')).toThrow('invalid RBAC policy: p, a, b');
  });
});
