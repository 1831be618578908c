import { isConnectionFault, parseFault, type ListenerFault } from './faults';

describe('a fault as JSON', () => {
  it.each<[unknown, ListenerFault]>([
    ['refused', { kind: 'refused' }],
    [{ kind: 'black-holed', other: 1 }, { kind: 'black-holed' }],
    ['unanswered', { kind: 'unanswered' }],
    [
      { kind: 'unanswered', at: 'request' },
      { kind: 'unanswered', at: 'request' },
    ],
    ['bad-certificate', { kind: 'bad-certificate', how: 'expired' }],
    ['reset', { kind: 'reset', after: 'request' }],
    [
      { kind: 'slow', delayMs: 5 },
      { kind: 'slow', delayMs: 5 },
    ],
    [
      { kind: 'status', code: 429, retryAfter: 2, share: 0.5 },
      { kind: 'status', code: 429, retryAfter: 2, share: 0.5 },
    ],
  ])('%j is read', (input, fault) => {
    expect(parseFault(input)).toEqual(fault);
  });

  it.each([
    [undefined, 'kind must be one of refused, black-holed'],
    ['softly', 'kind must be one of'],
    ['constructor', 'kind must be one of'],
    [{ kind: 'slow', delayMs: 'x' }, 'delayMs must be a number from 0 to'],
    [{ kind: 'status', code: 99 }, 'code must be a number from 200 to 599'],
    [{ kind: 'status', share: 2 }, 'share must be a number from 0 to 1'],
    [{ kind: 'status', body: {} }, 'body must be text'],
    [
      { kind: 'bad-certificate', how: 'x' },
      'how must be one of expired, wrong-host, unknown-authority',
    ],
  ])('%j is refused', (input, message) => {
    expect(() => parseFault(input)).toThrow(message);
  });

  it('is of connections or of answers', () => {
    const kinds = ['refused', 'black-holed', 'half-open', 'bad-certificate'];
    for (const kind of [...kinds, 'unanswered']) {
      expect(isConnectionFault(parseFault(kind))).toBe(true);
    }
    for (const kind of ['slow', 'reset', 'truncated', 'status']) {
      expect(isConnectionFault(parseFault(kind))).toBe(false);
    }
    const late = parseFault({ kind: 'unanswered', at: 'request' });
    expect(isConnectionFault(late)).toBe(false);
  });
});
