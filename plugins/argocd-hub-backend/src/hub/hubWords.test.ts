import { hubWords } from './hubWords';

describe('words of a hub', () => {
  const secret = 'p"ä<&>/+? \\\n=ß\u2028k';
  const json = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(secret);

  it.each<[string, string]>([
    ['as it is', secret],
    ['in JSON', json],
    ['in JSON in JSON', JSON.stringify(json).slice(1, -1)],
    [
      'in JSON of Go',
      json
        .replace('<', '\\u003c')
        .replace('>', '\\u003e')
        .replace('&', '\\u0026'),
    ],
    ['in an address', url],
    ['in an address, in lower case', url.toLowerCase()],
    ['in a form', new URLSearchParams({ a: secret }).toString().slice(2)],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 without its end', Buffer.from(secret).toString('base64url')],
  ])('hold no secret %s', (_how, form) => {
    expect(hubWords([secret])(`bad (${form}) and (${form})`)).toBe(
      'bad (***) and (***)',
    );
  });

  it.each(['', 'a', 'ab', 'abc'])(
    'hold no secret in a login in base64, after %p',
    user => {
      const plain = 'a-password-of-some-length';
      const login = Buffer.from(`${user}:${plain}`).toString('base64');
      const told = hubWords([plain])(`Basic ${login}`)!;
      // Where it still looks like a login it is hidden as one.
      expect(told).toMatch(/^Basic .*(\*\*\*|…)/);
      expect(told.length).toBeLessThan('Basic ***'.length + 12);
    },
  );

  it('hold no half of a secret where they are cut', () => {
    const told = hubWords(['the-token'])(`${'x'.repeat(1_995)}the-token`)!;
    expect(told).toBe(`${'x'.repeat(1_995)}***`);
  });

  it.each<[unknown, string | undefined]>([
    ['a\u0000b\u001b[31mc\nd\r\u0085\u2028e', 'a b [31mc d   e'],
    ['x'.repeat(5_000), 'x'.repeat(2_000)],
    ['', undefined],
    [{ message: 'x' }, undefined],
    [null, undefined],
    [7, undefined],
  ])('are one line of text, or nothing', (said, told) => {
    expect(hubWords([undefined, ''])(said)).toBe(told);
  });

  it('stay readable where a password is hardly one', () => {
    expect(hubWords(['e', 'no'])('one line')).toBe('one line');
  });
});
