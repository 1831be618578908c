import { isLabelKey, isLabelValue } from './labels';

const LONG = 'a'.repeat(63);

describe('isLabelKey', () => {
  it.each(['a', 'deploy.agent', 'A_b-c', 'example.com/a', LONG, `b/${LONG}`])(
    'takes %s',
    key => expect(isLabelKey(key)).toBe(true),
  );

  it.each(['', '/a', 'a/', 'a/b/c', '-a', 'a-', 'a b', 'A.com/x', `${LONG}a`])(
    'refuses %j',
    key => expect(isLabelKey(key)).toBe(false),
  );
});

describe('isLabelValue', () => {
  it.each(['', 'true', 'v1.2_3-x', LONG])('takes %j', value =>
    expect(isLabelValue(value)).toBe(true),
  );

  it.each(['-a', 'a=', 'a b', 'a/b', `${LONG}a`])('refuses %j', value =>
    expect(isLabelValue(value)).toBe(false),
  );
});
