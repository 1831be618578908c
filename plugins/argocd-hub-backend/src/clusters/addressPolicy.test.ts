import { AddressPolicy } from './addressPolicy';

function policy(allowedServers: string[], dns: Record<string, string[]> = {}) {
  return new AddressPolicy({
    allowedServers,
    lookup: async hostname => {
      if (!dns[hostname]) throw new Error(`ENOTFOUND ${hostname}`);
      return dns[hostname].map(address => ({ address }));
    },
  });
}

const everything = ['*', '0.0.0.0/0', '::/0'];

describe('AddressPolicy', () => {
  it('pins every checked address of an allowed host', async () => {
    const allowed = policy(['*.k8s.example.com'], {
      'perf.k8s.example.com': ['10.1.2.3', '2606:4700::1'],
    });
    await expect(
      allowed.check('https://PERF.k8s.example.com:6443/k8s/clusters/c-1/'),
    ).resolves.toEqual({
      url: 'https://perf.k8s.example.com:6443/k8s/clusters/c-1',
      hostname: 'perf.k8s.example.com',
      addresses: [
        { address: '10.1.2.3', family: 4 },
        { address: '2606:4700::1', family: 6 },
      ],
    });
  });

  it.each([
    ['an address in a range', ['10.0.0.0/8'], 'https://10.1.2.3'],
    ['an IPv6 address in a range', ['fd12::/16'], 'https://[fd12::7]:6443'],
    ['a name with all addresses in ranges', ['10.0.0.0/8'], 'https://inner'],
    ['a listed address', ['10.1.2.3'], 'https://10.1.2.3:6443'],
    ['a listed loopback', ['127.0.0.1'], 'https://127.0.0.1:6443'],
    ['localhost where it is listed', ['localhost'], 'https://localhost:1'],
    ['a name of a listed loopback', ['inner', '127.0.0.1'], 'https://loop'],
    ['a listed IPv6 loopback', ['::1'], 'https://[::1]:6443'],
  ])('takes %s', async (_what, allowedServers, server) => {
    const dns = {
      inner: ['10.9.9.9'],
      loop: ['127.0.0.1'],
      localhost: ['::1', '127.0.0.1'],
    };
    const pinned = await policy(allowedServers, dns).check(server);
    expect(pinned.addresses.length).toBeGreaterThan(0);
  });

  it.each([
    ['http', 'http://perf.example.com', /must use https/],
    ['no URL', 'perf.example.com:6443', /https|not a URL/],
    ['a file', 'file:///etc/passwd', /must use https/],
    ['a user in the URL', 'https://a:b@perf.example.com', /user name/],
    ['a query', 'https://perf.example.com?x=1', /query/],
    ['a fragment', 'https://perf.example.com#x', /query/],
    ['decimal IPv4', 'https://2130706433', /usual form/],
    ['octal IPv4', 'https://0177.0.0.1', /usual form/],
    ['hexadecimal IPv4', 'https://0x7f.1', /usual form/],
    ['short IPv4', 'https://127.1', /usual form/],
    ['long IPv6', 'https://[0:0:0:0:0:0:0:1]', /usual form/],
    ['full-width digits', 'https://１２７.0.0.1', /usual form/],
    ['an escaped host', 'https://127%2e0.0.1', /usual form/],
    ['a trailing dot', 'https://perf.example.com.', /usual form/],
    ['a backslash', 'https://perf.example.com\\@127.0.0.1', /usual form|plain/],
    ['dots in the path', 'https://perf.example.com/../x', /plain/],
    ['escapes in the path', 'https://perf.example.com/%2e%2e/x', /plain/],
    ['the cluster itself', 'https://kubernetes.default.svc', /whoever asks/],
    ['an unknown host', 'https://nowhere.example.com', /cannot be resolved/],
    ['loopback', 'https://127.0.0.1', /loopback/],
    ['other loopback', 'https://127.9.9.9', /loopback/],
    ['IPv6 loopback', 'https://[::1]', /loopback/],
    ['mapped loopback', 'https://[::ffff:7f00:1]', /loopback/],
    ['IPv4-compatible loopback', 'https://[::7f00:1]', /reserved/],
    ['unspecified', 'https://0.0.0.0', /unspecified/],
    ['unspecified IPv6', 'https://[::]', /unspecified/],
    ['link-local', 'https://169.254.1.1', /link-local/],
    ['IPv6 link-local', 'https://[fe80::1]', /link-local/],
    ['metadata', 'https://169.254.169.254', /metadata/],
    ['mapped metadata', 'https://[::ffff:a9fe:a9fe]', /metadata/],
    ['IPv6 metadata', 'https://[fd00:ec2::254]', /metadata/],
    ['metadata in NAT64', 'https://[64:ff9b::a9fe:a9fe]', /rfc6052/],
    ['metadata in 6to4', 'https://[2002:a9fe:a9fe::1]', /6to4/],
    ['metadata elsewhere', 'https://168.63.129.16', /metadata/],
    ['multicast', 'https://224.0.0.1', /multicast/],
    ['IPv6 multicast', 'https://[ff02::1]', /multicast/],
    ['broadcast', 'https://255.255.255.255', /broadcast/],
    ['a name of loopback', 'https://loop.example.com', /loopback/],
    ['a name of metadata', 'https://meta.example.com', /metadata/],
    ['one bad address of two', 'https://mixed.example.com', /link-local/],
    ['localhost', 'https://localhost', /loopback/],
  ])('refuses %s even where everything is allowed', async (_w, server, why) => {
    const dns = {
      'perf.example.com': ['10.1.2.3'],
      'loop.example.com': ['127.0.0.1'],
      'meta.example.com': ['::ffff:169.254.169.254'],
      'mixed.example.com': ['10.1.2.3', '169.254.0.1'],
      localhost: ['127.0.0.1'],
    };
    await expect(policy(everything, dns).check(server)).rejects.toThrow(why);
  });

  it.each([
    ['nothing is listed', [], 'https://10.1.2.3'],
    ['the address is outside', ['10.0.0.0/16'], 'https://10.1.2.3'],
    ['one of the addresses is outside', ['10.0.0.0/8'], 'https://two'],
    ['only a longer name is listed', ['*.example.com'], 'https://example.com'],
    ['the name only ends alike', ['*.example.com'], 'https://evil-example.com'],
    ['a range of loopback is listed', ['127.0.0.0/8'], 'https://127.0.0.1'],
    ['a name of loopback is listed', ['loop'], 'https://loop'],
  ])('refuses when %s', async (_what, allowedServers, server) => {
    const dns = {
      two: ['10.1.2.3', '11.1.2.3'],
      loop: ['127.0.0.1'],
      'example.com': ['10.1.2.3'],
      'evil-example.com': ['10.1.2.3'],
    };
    await expect(policy(allowedServers, dns).check(server)).rejects.toThrow(
      'argocdHub.onboarding.allowedServers',
    );
  });
});
