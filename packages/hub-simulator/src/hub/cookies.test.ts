import { cookieToken, tokenCookies } from './cookies';

describe('the cookie of a token', () => {
  const long = `head.${'x'.repeat(9000)}.tail`;

  it('F1.1.5 is one while it fits, and several of at most 4093 bytes else', () => {
    expect(tokenCookies('a.b.c')).toEqual([
      'argocd.token=a.b.c; path=/; SameSite=lax; httpOnly; Secure',
    ]);
    const cookies = tokenCookies(long);
    expect(cookies.map(cookie => cookie.split('=')[0])).toEqual([
      'argocd.token',
      'argocd.token-1',
      'argocd.token-2',
    ]);
    expect(cookies[0]).toMatch(/^argocd\.token=3:head\./);
    for (const cookie of cookies) {
      expect(cookie.length).toBeLessThanOrEqual(4093);
    }
  });

  it('F1.1.5 is put together again from a browser', () => {
    const header = tokenCookies(long)
      .reverse()
      .map(cookie => cookie.split('; ')[0])
      .join('; ');
    expect(cookieToken(`other=1; ${header}; argocd=2`)).toBe(long);
  });

  it.each([undefined, '', 'other=1', 'argocd.token=', 'argocd.token=x:y'])(
    'F1.1.5 is not found in %s',
    header => {
      expect(cookieToken(header)).toBeUndefined();
    },
  );

  it('is nothing at all for nothing', () => {
    expect(tokenCookies('')).toEqual([]);
  });
});
