import { Turns } from './Turns';

const items = (...keys: string[]) => keys.map(key => ({ key }));

describe('Turns', () => {
  it('begin behind the one that had its turn last, whether or not it is still there', () => {
    const turns = new Turns();
    const order = (...keys: string[]) =>
      turns
        .order(items(...keys))
        .map(({ key }) => key)
        .join('');
    expect(order('c', 'a', 'b')).toBe('abc');
    turns.had('a');
    expect(order('c', 'a', 'b')).toBe('bca');
    turns.had('b');
    expect(order('c', 'a')).toBe('ca');
    turns.had('c');
    expect(order('c', 'a', 'b')).toBe('abc');
  });
});
