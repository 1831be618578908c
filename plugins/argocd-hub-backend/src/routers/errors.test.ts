import {
  ConflictError,
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { CodedError } from '../errors';
import { HubError } from '../hub/HubError';
import { mockServices } from '@backstage/backend-test-utils';
import { mapErrors, toCallerError } from './errors';

const upstream = Object.assign(new Error('the body of another server'), {
  name: 'ResponseError',
  statusCode: 401,
});
const tooLarge = Object.assign(new Error('request entity too large'), {
  type: 'entity.too.large',
  status: 413,
});
const failed = (code: string, message: string) =>
  Object.assign(new Error(message), { code });
const badPath = Object.assign(new URIError('%'), { status: 400 });

/** As from a stored body. */
function unparsable(): unknown {
  try {
    return JSON.parse('{ "token": secret }');
  } catch (error) {
    return error;
  }
}

/** What the caller gets, and all that was logged. */
function mapped(error: unknown) {
  const logger = mockServices.logger.mock();
  const lines: string[] = [];
  for (const level of ['error', 'warn'] as const) {
    logger[level].mockImplementation((message, meta) => {
      const { stack, ...others } = { ...meta, stack: meta?.stack };
      lines.push([message, stack, JSON.stringify(others)].join('\n'));
    });
  }
  const next = jest.fn();
  mapErrors(logger)(error, {} as any, {} as any, next);
  return { told: next.mock.calls[0][0] as Error, lines };
}

describe('mapErrors', () => {
  it.each<[string, unknown, string]>([
    ['a fault of ours', new RangeError('too far'), 'RangeError: too far'],
    ['a body that is no JSON', unparsable(), 'SyntaxError'],
    [
      'an argument that is quoted',
      new TypeError(`The "key" argument is wrong. Received 'secret'`),
      'The "key" argument is wrong',
    ],
    [
      'a parser far below',
      new Error('Cannot read it; caused by SyntaxError: "secret"'),
      'Cannot read it',
    ],
    [
      'what else the error carries',
      Object.assign(new Error('odd'), { headers: { authorization: 'secret' } }),
      'Error: odd',
    ],
    ['what is no error', 'secret', 'string'],
  ])('logs %s once, and tells nobody', (_, error, logged) => {
    const { told, lines } = mapped(error);
    expect(told).toMatchObject({
      name: 'Error',
      message: 'Unexpected failure',
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(logged);
    expect(lines[0]).not.toContain('secret');
  });

  it('logs where a fault of ours came from', () => {
    expect(mapped(new RangeError('too far')).lines[0]).toMatch(
      /\n\s+at .*errors\.test\.ts/,
    );
  });

  it.each([
    ['input', new InputError('x')],
    ['missing', new NotFoundError('x')],
    ['bad path', badPath],
  ])('logs nothing of %s', (_, error) => {
    expect(mapped(error).lines).toEqual([]);
  });
});

describe('toCallerError', () => {
  it.each<[string, unknown, { name: string; code?: string }]>([
    ['input', new InputError('x'), { name: 'InputError' }],
    ['missing', new NotFoundError('x'), { name: 'NotFoundError' }],
    ['conflict', new ConflictError('x'), { name: 'ConflictError' }],
    [
      'coded',
      new CodedError({ name: 'ConflictError', code: 'stale', message: 'x' }),
      { name: 'ConflictError', code: 'stale' },
    ],
    ['large body', tooLarge, { name: 'InputError' }],
    ['bad path', badPath, { name: 'InputError' }],
    ['another server', upstream, { name: 'ServiceUnavailableError' }],
    [
      'refusal of a hub',
      new HubError({ class: 'auth', status: 401, message: 'x' }),
      { name: 'ServiceUnavailableError', code: 'hub-auth' },
    ],
    [
      'outage of a hub',
      new HubError({ class: 'http', status: 503, message: 'x' }),
      { name: 'ServiceUnavailableError', code: 'hub-down' },
    ],
    [
      'a database that is locked',
      failed('SQLITE_BUSY', 'select `secret` - database is locked'),
      { name: 'ServiceUnavailableError' },
    ],
    [
      'a statement that failed',
      failed('SQLITE_ERROR', 'select `secret` - no such table: hubs'),
      { name: 'Error' },
    ],
    ['a fault of ours', new RangeError('secret'), { name: 'Error' }],
    ['a body that is no JSON', unparsable(), { name: 'Error' }],
    ['no error at all', 'x', { name: 'Error' }],
  ])('%s', (_, error, expected) => {
    const told = toCallerError(error);
    expect(told).toMatchObject(expected);
    expect(told.message).not.toContain('secret');
  });

  it.each<[string, HubError]>([
    ['500', new HubError({ class: 'http', status: 500, message: 'x' })],
    ['nonsense', new HubError({ class: 'protocol', message: 'x' })],
  ])('does not call a hub down that answers with %s', (_, error) => {
    const told = toCallerError(error);
    expect(told).toMatchObject({ name: 'ServiceUnavailableError' });
    expect(told).not.toHaveProperty('code');
  });

  it('keeps what another server said', () => {
    const told = toCallerError(upstream);
    expect(told.message).not.toContain('another server');
    expect(told).not.toHaveProperty('statusCode');
  });

  it('keeps causes', () => {
    const error = new ServiceUnavailableError('x', new Error('inner'));
    expect(toCallerError(error)).toMatchObject({
      cause: undefined,
      message: 'x',
    });
  });
});
