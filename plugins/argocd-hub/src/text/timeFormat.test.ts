import { before, NOW } from '../../dev/testing/words';
import { createTimeFormat } from './timeFormat';

const english = createTimeFormat('en', 'UTC');

describe('createTimeFormat', () => {
  it.each([
    [0, '0 sec'],
    [0.75, '45 sec'],
    [1, '1 min'],
    [12.9, '12 min'],
    [60, '1 hr'],
    [23 * 60, '23 hr'],
    [26 * 60, '1 day'],
    [3 * 1440, '3 days'],
    [45 * 1440, '1 mth'],
    [800 * 1440, '2 yrs'],
    [-5, '0 sec'],
  ])('says of %s minutes ago "%s"', (minutes, expected) => {
    expect(english.age(before(minutes), NOW)).toBe(expected);
  });

  it.each([undefined, '', 'yesterday'])('knows no age of %p', text => {
    expect(english.age(text, NOW)).toBeUndefined();
  });

  it.each([
    [before(12), '14:02'],
    [before(14 * 60 + 14), '00:00'],
    [before(15 * 60), 'Feb 28, 23:14'],
    ['yesterday', 'yesterday'],
  ])('shows %s as %s', (iso, expected) => {
    expect(english.clock(iso, NOW)).toBe(expected);
  });

  it('tells the day in the time zone of the reader', () => {
    const tokyo = createTimeFormat('en', 'Asia/Tokyo');
    expect(tokyo.clock('2026-02-28T15:30:00Z', NOW)).toBe('00:30');
    expect(tokyo.clock('2026-02-28T14:30:00Z', NOW)).toBe('Feb 28, 23:30');
  });

  it('shows the full time on a hover', () => {
    expect(english.exact(before(12))).toMatch(
      /^Sunday, March 1, 2026 at 2:02:00\sPM UTC$/,
    );
    expect(english.exact('yesterday')).toBe('yesterday');
  });

  it('speaks other languages', () => {
    const german = createTimeFormat('de', 'UTC');
    expect(german.age(before(12), NOW)).toBe('12 Min.');
    expect(german.list(['a', 'b', 'c'])).toBe('a, b und c');
  });
});
