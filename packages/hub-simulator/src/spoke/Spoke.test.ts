import { Clock } from '../clock';
import { createAuthority, issueClient, issueServer } from '../net/pki';
import { until } from '../testing/Fixture';
import { Spoke, type SpokeKeys } from './Spoke';
import { TokenIssuer } from './TokenIssuer';

describe('Spoke', () => {
  let keys: SpokeKeys;
  const clocks: Clock[] = [];
  const make = () => {
    const clock = new Clock(20);
    clocks.push(clock);
    return new Spoke({ name: 'test', keys, clock });
  };

  beforeAll(async () => {
    const authority = await createAuthority('test-ca');
    keys = {
      authority,
      server: await issueServer(authority),
      tokenKey: TokenIssuer.createKey(),
      adminToken: 'admin',
      adminCertificate: await issueClient(authority, {
        user: 'kubernetes-admin',
        groups: ['system:masters'],
      }),
    };
  });
  afterEach(() => {
    for (const clock of clocks.splice(0)) clock.stop();
  });

  it('finishes after a restart what was under way', async () => {
    const first = make();
    await first.start();
    const { store } = first;
    store.create('namespaces', { metadata: { name: 'leaving' } });
    store.create('secrets', {
      metadata: {
        name: 'token',
        namespace: 'default',
        annotations: { 'kubernetes.io/service-account.name': 'default' },
      },
      type: 'kubernetes.io/service-account-token',
    });
    store.of('namespaces').update('leaving', undefined, draft => {
      draft.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    });
    const saved = structuredClone(store.snapshot());
    clocks[0].stop();
    await first.stop();

    const second = make();
    await second.start(saved);
    const kept = second.store;
    await until(async () => !kept.of('namespaces').get('leaving'));
    const token = await until(async () => {
      const { data } = kept.of('secrets').get('token', 'default')!;
      return (data as { token?: string } | undefined)?.token;
    });
    expect(token).toEqual(expect.any(String));
    expect(
      kept.of('configmaps').get('kube-root-ca.crt', 'leaving'),
    ).toBeUndefined();
    await second.stop();
  });

  it('never hands out a version twice over a restart', async () => {
    const first = make();
    await first.start();
    const last = first.store.revision;
    const saved = first.store.snapshot();
    await first.stop();
    const second = make();
    second.store.restore(saved);
    expect(second.store.revision).toBeGreaterThan(last);
    expect(second.store.eventsSince(last)).toBeUndefined();
  });

  it('waits for nothing while nothing happens', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const intervals = jest.spyOn(globalThis, 'setInterval');
    const spoke = make();
    await spoke.start();
    expect([timers.mock.calls.length, intervals.mock.calls.length]).toEqual([
      0, 0,
    ]);
    jest.restoreAllMocks();
    await spoke.stop();
  });
});
