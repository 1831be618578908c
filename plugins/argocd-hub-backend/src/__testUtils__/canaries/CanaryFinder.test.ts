import { CanaryFinder } from './CanaryFinder';

const SECRET = 'canary/7f3a+91d2=?&"<ü>';
const finder = new CanaryFinder({ token: SECRET });

const inBase64 = (before: string, encoding: BufferEncoding = 'base64') =>
  Buffer.from(`${before}${SECRET}:and more`).toString(encoding);
const everyCharacter = (write: (code: number) => string) =>
  [...SECRET].map(character => write(character.charCodeAt(0))).join('');
const json = (text: string) => JSON.stringify(text).slice(1, -1);

const FORMS: [string, string][] = [
  ['plain', SECRET],
  ['base64, first place', inBase64('')],
  ['base64, second place', inBase64('u')],
  ['base64, third place', inBase64('u:')],
  ['base64url, first place', inBase64('', 'base64url')],
  ['base64url, second place', inBase64('u', 'base64url')],
  ['base64url, third place', inBase64('u:', 'base64url')],
  ['base64 in lines', inBase64('u:').replace(/.{7}/g, '$&\n')],
  ['base64 in lines within JSON', inBase64('').replace(/.{7}/g, '$&\\n')],
  ['base64 in an address', encodeURIComponent(inBase64(''))],
  ['hex', Buffer.from(SECRET).toString('hex')],
  ['hex in capitals', Buffer.from(SECRET).toString('hex').toUpperCase()],
  [
    'hex with colons',
    Buffer.from(SECRET).toString('hex').replace(/../g, '$&:'),
  ],
  ['an address', encodeURIComponent(SECRET)],
  ['an address in small letters', encodeURIComponent(SECRET).toLowerCase()],
  ['an address, encoded twice', encodeURIComponent(encodeURIComponent(SECRET))],
  [
    'an address, every byte encoded',
    Buffer.from(SECRET).toString('hex').replace(/../g, '%$&'),
  ],
  ['JSON', json(SECRET)],
  ['JSON within JSON', json(json(SECRET))],
  [
    'JSON, every character escaped',
    everyCharacter(code => `\\u${code.toString(16).padStart(4, '0')}`),
  ],
  ['JSON as Go writes it', json(SECRET).replace('<', '\\u003c')],
  ['HTML', SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;')],
  ['HTML in numbers', everyCharacter(code => `&#${code};`)],
  ['HTML in hex', everyCharacter(code => `&#x${code.toString(16)};`)],
];

describe('CanaryFinder', () => {
  it.each(FORMS)('finds a secret as %s', (_form, text) => {
    expect(finder.find(`before ${text} after`)).toHaveLength(1);
  });

  it.each(FORMS)('finds it split over pieces as %s', (_form, text) => {
    for (let at = 1; at < text.length; at += 1) {
      const stream = finder.stream();
      const found = ['before ', text.slice(0, at), text.slice(at), ' after']
        .map(piece => stream.write(piece))
        .flat();
      expect(new Set(found).size).toBe(1);
    }
  });

  it('finds it in pieces of one character', () => {
    const stream = finder.stream();
    const found = [...inBase64('u')].map(piece => stream.write(piece)).flat();
    expect(found).not.toEqual([]);
  });

  it('says which secret it is and in which form, and not the secret', () => {
    const two = new CanaryFinder({ token: SECRET, password: 'a pass word' });
    expect(two.find(`${inBase64('u')} and a pass word`)).toEqual([
      'token (base64)',
      'password (plain)',
    ]);
  });

  it.each([
    ['nothing', ''],
    ['half of it', SECRET.slice(0, -1)],
    ['another letter', SECRET.toUpperCase()],
    ['its base64 in other letters', inBase64('').toLowerCase()],
    ['what cannot be decoded', '%zz \\u00 &#9999999999; %f'],
  ])('finds nothing in %s', (_what, text) => {
    expect(finder.find(text)).toEqual([]);
  });

  it('forgets a secret', () => {
    const one = new CanaryFinder({ token: SECRET, password: 'a pass word' });
    one.remove(SECRET);
    expect(one.find(`${SECRET} and a pass word`)).toEqual(['password (plain)']);
  });

  it('refuses a secret that would be found everywhere', () => {
    expect(() => finder.add('pin', '1234')).toThrow('pin is too short');
  });
});
