import { until } from '../testing/Fixture';
import { findKubectl, Kubectl } from './testing/kubectl';
import { SpokeFixture } from './testing/SpokeFixture';

const binary = findKubectl();
const name = binary
  ? 'kubectl'
  : 'kubectl (skipped: none on the PATH and none in KUBECTL)';

(binary ? describe : describe.skip)(name, () => {
  let fixture: SpokeFixture;
  let kubectl: Kubectl;
  let minor = 0;
  let serverVersion: string;
  const run = async (line: string) => {
    const printed = await kubectl.run(line.split(' '));
    if (printed.code) throw new Error(`kubectl ${line}: ${printed.err}`);
    return printed.out.trim();
  };
  const fail = async (line: string) => {
    const { code, err } = await kubectl.run(line.split(' '));
    expect(code).not.toBe(0);
    return err.trim();
  };
  const configMap = (value: string) =>
    kubectl.write(
      'configmap.yaml',
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied, namespace: team}\ndata: {a: "${value}"}\n`,
    );

  beforeAll(async () => {
    fixture = await SpokeFixture.start();
    kubectl = new Kubectl(binary!);
    kubectl.write('config', fixture.spoke.kubeconfig());
    kubectl.write('certificate', fixture.spoke.kubeconfig('certificate'));
    const version = JSON.parse(await run('version -o json'));
    minor = parseInt(version.clientVersion.minor, 10);
    serverVersion = version.serverVersion.gitVersion;
    await run('create namespace team');
    await run('create serviceaccount bot -n team');
  }, 60_000);
  afterAll(async () => {
    await fixture?.stop();
    await kubectl?.remove();
  });
  jest.setTimeout(60_000);

  it('reads the version of the server', () => {
    expect(serverVersion).toBe('v1.33.4');
  });

  it('knows every kind that is served', async () => {
    const lines = await run('api-resources --verbs=list -o name');
    expect(lines.split('\n').sort()).toEqual([
      'clusterrolebindings.rbac.authorization.k8s.io',
      'clusterroles.rbac.authorization.k8s.io',
      'configmaps',
      'deployments.apps',
      'events',
      'ingresses.networking.k8s.io',
      'jobs.batch',
      'namespaces',
      'nodes',
      'pods',
      'replicasets.apps',
      'rolebindings.rbac.authorization.k8s.io',
      'roles.rbac.authorization.k8s.io',
      'secrets',
      'serviceaccounts',
      'services',
    ]);
  });

  it.each([
    [
      'create secret generic s1 --from-literal=a=b -n team',
      'secret/s1 created',
    ],
    ['create configmap c1 --from-literal=a=b -n team', 'configmap/c1 created'],
    [
      'create clusterrole r1 --verb=get,list --resource=pods',
      'clusterrole.rbac.authorization.k8s.io/r1 created',
    ],
    [
      'create clusterrolebinding b1 --clusterrole=r1 --serviceaccount=team:bot',
      'clusterrolebinding.rbac.authorization.k8s.io/b1 created',
    ],
    [
      'create role r2 --verb=get --resource=secrets -n team',
      'role.rbac.authorization.k8s.io/r2 created',
    ],
    [
      'create rolebinding b2 --role=r2 --user=eve -n team',
      'rolebinding.rbac.authorization.k8s.io/b2 created',
    ],
    ['label namespace team deploy.agent=true', 'namespace/team labeled'],
    ['annotate sa bot -n team note=x', 'serviceaccount/bot annotated'],
    [
      'patch secret s1 -n team -p {"stringData":{"c":"d"}}',
      'secret/s1 patched',
    ],
    [
      'patch secret s1 -n team --type=json -p [{"op":"remove","path":"/data/c"}]',
      'secret/s1 patched',
    ],
    [
      'patch secret s1 -n team --type=merge -p {"metadata":{"labels":{"x":"y"}}}',
      'secret/s1 patched',
    ],
    ['delete configmap c1 -n team', 'configmap "c1" deleted'],
  ])('does: %s', async (line, answer) => {
    expect(await run(line)).toMatch(answer);
  });

  it('prints the columns of a kind', async () => {
    const table = await run('get namespaces');
    expect(table).toMatch(/^NAME +STATUS +AGE\n/);
    expect(table).toMatch(/^team +Active +\d+s$/m);
    const wide = await run('get clusterrolebinding cluster-admin -o wide');
    expect(wide).toMatch(/USERS +GROUPS +SERVICEACCOUNTS/);
    const all = await run('get all -n team');
    expect(all).toBe('');
  });

  it('describes what it finds', async () => {
    const namespace = await run('describe namespace kube-system');
    expect(namespace).toMatch(/Status: +Active/);
    const account = await run('describe serviceaccount bot -n team');
    expect(account).toMatch(/Name: +bot/);
  });

  it('passes on what the API says', async () => {
    expect(await fail('get secret none -n team')).toBe(
      'Error from server (NotFound): secrets "none" not found',
    );
    expect(await fail('create namespace team')).toMatch(
      /\(AlreadyExists\): namespaces "team" already exists/,
    );
    expect(await fail('get events -n team --as=eve')).toBe(
      'Error from server (Forbidden): events is forbidden: User "eve" cannot list resource "events" in API group "" in the namespace "team"',
    );
  });

  it('applies, also on the server, and is told of conflicts', async () => {
    expect(await run(`apply -f ${configMap('1')}`)).toMatch('created');
    expect(await run(`apply -f ${configMap('2')}`)).toMatch('configured');
    expect(await run(`apply -f ${configMap('2')}`)).toMatch('unchanged');
    await run(
      'patch configmap applied -n team --type=merge -p {"data":{"a":"3"}} --field-manager=other',
    );
    const server = `apply --server-side -f ${configMap('4')}`;
    expect(await fail(server)).toMatch(/conflict with "other".*\.data\.a/s);
    expect(await run(`${server} --force-conflicts`)).toMatch(
      'serverside-applied',
    );
    const value = 'get configmap applied -n team -o jsonpath={.data.a}';
    expect(await run(value)).toBe('4');
    const dry = `apply --dry-run=server -f ${configMap('5')}`;
    expect(await run(dry)).toMatch('(server dry run)');
    expect(await run(value)).toBe('4');
    expect(await run(`delete -f ${configMap('5')}`)).toMatch('deleted');
  });

  it('follows changes with get -w', async () => {
    const watch = kubectl.follow(['get', 'configmaps', '-n', 'default', '-w']);
    try {
      await until(async () => watch.output.text.includes('kube-root-ca.crt'));
      await run('create configmap seen -n default --from-literal=a=b');
      await until(async () => watch.output.text.includes('seen'));
      expect(watch.output.text).toMatch(/^seen +1 +\d+s$/m);
    } finally {
      await watch.stop();
    }
  });

  it('asks what somebody may do', async () => {
    expect(await run('auth can-i create pods')).toBe('yes');
    expect(
      (
        await kubectl.run([
          'auth',
          'can-i',
          'get',
          'secrets',
          '-n',
          'team',
          '--as=nobody',
        ])
      ).out.trim(),
    ).toBe('no');
    expect(await run('auth can-i get secrets -n team --as=eve')).toBe('yes');
    const list = await run('auth can-i --list -n team --as=eve');
    expect(list).toMatch(/^secrets +\[\] +\[\] +\[get\]$/m);
  });

  it('is let in with a client certificate', async () => {
    const { out } = await kubectl.run(
      ['get', 'ns', '-o', 'name'],
      'certificate',
    );
    expect(out).toMatch('namespace/kube-system');
  });

  it('makes tokens that expire, where it can', async () => {
    // `create token` came with 1.24.
    if (minor < 24) return;
    const token = await run('create token bot -n team --duration=15m');
    const [, claims] = token.split('.');
    const { exp, iat } = JSON.parse(
      Buffer.from(claims, 'base64url').toString(),
    );
    expect(exp - iat).toBe(900);
    const { status } = await fixture.get('/api/v1/pods', { token });
    expect(status).toBe(200);
  });

  it('deletes a namespace and waits until it is gone', async () => {
    await run('create namespace gone');
    await run('create configmap c -n gone');
    expect(await run('delete namespace gone')).toBe('namespace "gone" deleted');
    expect(await fail('get namespace gone')).toMatch('not found');
  });
});
