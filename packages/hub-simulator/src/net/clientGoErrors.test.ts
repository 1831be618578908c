import { TestSpoke, VERSION } from './testing/TestSpoke';

let spoke: TestSpoke;
beforeEach(async () => {
  spoke = await TestSpoke.start();
});
afterEach(() => spoke.stop());

const deadline = (ms: number) => AbortSignal.timeout(ms);

describe('an answer with an error', () => {
  const answerWith = (code: number, body: string, type?: string) => {
    spoke.handle = (_request, response) => {
      response.writeHead(code, type ? { 'Content-Type': type } : {});
      response.end(body);
    };
  };

  it.each([
    [
      400,
      'BadRequest',
      'the server rejected our request for an unknown reason',
    ],
    [
      401,
      'Unauthorized',
      'the server has asked for the client to provide credentials',
    ],
    [403, 'Forbidden', 'said'],
    [404, 'NotFound', 'the server could not find the requested resource'],
    [409, 'Conflict', 'the server reported a conflict'],
    [
      418,
      '',
      'the server responded with the status code 418 but did not return more information',
    ],
    [
      422,
      'Invalid',
      'the server rejected our request due to an error in our request',
    ],
    [
      429,
      'TooManyRequests',
      'the server has received too many requests and has asked us to try again later',
    ],
    [
      500,
      'InternalError',
      'an error on the server ("said") has prevented the request from succeeding',
    ],
    [
      502,
      'InternalError',
      'an error on the server ("said") has prevented the request from succeeding',
    ],
    [
      503,
      'ServiceUnavailable',
      'the server is currently unable to handle the request',
    ],
    [
      504,
      'Timeout',
      'the server was unable to return a response in the time allotted, but may still be processing the request',
    ],
  ])('F10.2.3 has the words of client-go for a bare %d', async (...row) => {
    const [code, reason, message] = row;
    answerWith(code, 'said\n', 'text/plain; charset=utf-8');
    expect(await spoke.failure()).toMatchObject({ code, reason, message });
    expect(await spoke.failure({ subject: 'get events' })).toMatchObject({
      message: `${message} (get events)`,
    });
  });

  it('F10.2.3 has the words of a Status', async () => {
    const status = {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      message: 'events is forbidden: User "x" cannot list',
      reason: 'Forbidden',
      code: 403,
    };
    answerWith(403, JSON.stringify(status), 'application/json');
    expect(await spoke.failure({ subject: 'get events' })).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: status.message,
    });
    // Discovery does not look into a body.
    expect((await spoke.failure({ path: VERSION })).message).toBe('unknown');
  });

  it.each([
    [401, 'Unauthorized'],
    [503, 'the server is currently unable to handle the request'],
  ])('F10.2.3 comes as the API server says %d itself', async (code, text) => {
    await spoke.listener.break({ kind: 'status', code });
    expect(await spoke.failure()).toMatchObject({ code, message: text });
  });

  it('F10.2.3 is asked for ten times more after Retry-After', async () => {
    let seen = 0;
    spoke.handle = (_request, response) => {
      seen += 1;
      response.writeHead(429, { 'Retry-After': '1' });
      response.end();
    };
    expect(await spoke.failure({ method: 'POST' })).toMatchObject({
      code: 429,
      reason: 'TooManyRequests',
    });
    expect(seen).toBe(11);
    const { message } = await spoke.failure({ signal: deadline(60) });
    // It ends in a pause, or in an attempt on a busy machine.
    expect(message).toMatch(
      /^(client rate limiter Wait returned an error|Get "\S+"): context deadline exceeded$/,
    );
  });

  it('F10.2.3 is an answer when it comes good in time', async () => {
    let seen = 0;
    const good = spoke.handle;
    spoke.handle = (request, response) => {
      seen += 1;
      if (seen === 3) {
        good(request, response);
        return;
      }
      response.writeHead(503, { 'Retry-After': '1' });
      response.end();
    };
    const target = spoke.target();
    expect(await spoke.client().call(target, { path: VERSION })).toEqual({
      gitVersion: 'v1.33.1',
    });
  });
});
