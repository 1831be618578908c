import { TokenIssuer } from './TokenIssuer';

const ACCOUNT = { namespace: 'default', name: 'bot', uid: 'u-1' };
const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('TokenIssuer', () => {
  const issuer = new TokenIssuer(TokenIssuer.createKey());
  beforeEach(() => {
    jest.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('F10.3.2 makes tokens that end when they say so', async () => {
    const token = await issuer.boundToken(ACCOUNT, { seconds: 600 });
    expect(await issuer.verify(token)).toMatchObject({
      exp: NOW / 1000 + 600,
      sub: 'system:serviceaccount:default:bot',
    });
    jest.setSystemTime(NOW + 599_000);
    expect(await issuer.verify(token)).toBeDefined();
    jest.setSystemTime(NOW + 600_000);
    expect(await issuer.verify(token)).toBeUndefined();
  });

  it('makes tokens of Secrets that do not end', async () => {
    const token = await issuer.legacyToken(ACCOUNT, 'secret');
    jest.setSystemTime(NOW + 10 * 365 * 86_400_000);
    expect(await issuer.verify(token)).toMatchObject({
      iss: 'kubernetes/serviceaccount',
      'kubernetes.io/serviceaccount/secret.name': 'secret',
    });
  });

  it('knows no tokens of another cluster', async () => {
    const other = new TokenIssuer(TokenIssuer.createKey());
    const token = await other.legacyToken(ACCOUNT, 'secret');
    expect(await issuer.verify(token)).toBeUndefined();
  });
});
