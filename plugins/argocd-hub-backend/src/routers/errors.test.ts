import {
  ConflictError,
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { CodedError } from '../errors';
import { HubError } from '../hub/HubError';
import { toCallerError } from './errors';

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
    ['a fault of ours', new RangeError('x'), { name: 'RangeError' }],
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
