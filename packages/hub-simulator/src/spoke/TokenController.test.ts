import { SpokeStore } from './SpokeStore';
import { TokenController } from './TokenController';
import { TokenIssuer } from './TokenIssuer';

describe('TokenController', () => {
  it('never replaces a token that is there already', async () => {
    const store = new SpokeStore(() => '2026-01-01T00:00:00Z');
    const issuer = new TokenIssuer(TokenIssuer.createKey());
    const controller = new TokenController({ store, issuer, ca: 'ca' });
    const namespace = 'default';
    store.create('serviceaccounts', { metadata: { name: 'a', namespace } });
    store.create('secrets', {
      metadata: {
        name: 'token',
        namespace,
        annotations: { 'kubernetes.io/service-account.name': 'a' },
      },
      type: 'kubernetes.io/service-account-token',
    });
    const tokens: unknown[] = [];
    store
      .of('secrets')
      .subscribe(({ entry }) => tokens.push(entry.object.data));
    await Promise.all([
      controller.fill('token', namespace),
      controller.fill('token', namespace),
    ]);
    expect(tokens).toHaveLength(1);
  });

  it('takes a Secret away whose service account does not exist', async () => {
    const store = new SpokeStore(() => '2026-01-01T00:00:00Z');
    const issuer = new TokenIssuer(TokenIssuer.createKey());
    const controller = new TokenController({ store, issuer, ca: 'ca' });
    store.create('secrets', {
      metadata: {
        name: 'token',
        namespace: 'default',
        annotations: { 'kubernetes.io/service-account.name': 'nobody' },
      },
      type: 'kubernetes.io/service-account-token',
    });
    await controller.fill('token', 'default');
    expect(store.of('secrets').list()).toEqual([]);
  });
});
