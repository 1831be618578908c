import { json } from './__testUtils__/FakeHub';
import { failure, HubFixture } from './__testUtils__/HubFixture';
import type { ArgoHubClient } from './ArgoHubClient';
import type { ApplicationEvent } from './types';

jest.setTimeout(60_000);

describe('streams of a hub', () => {
  const fixture = new HubFixture();
  afterEach(() => fixture.stop());

  const follow = (client: ArgoHubClient, events: ApplicationEvent[] = []) =>
    client.streamApplications({
      resourceVersion: '0',
      signal: new AbortController().signal,
      onAlive: () => {},
      onEvent: event => void events.push(event),
    });
  const event = (name: string) =>
    `data: ${JSON.stringify({
      result: { type: 'ADDED', application: { metadata: { name } } },
    })} \n\n\n`;

  it('wait for headers that come with the first event only', async () => {
    const { client, hub } = await fixture.fake((_request, response) => {
      setTimeout(() => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(':\n');
        response.end(event('a') + event('b'));
      }, 2_500);
    });
    const events: ApplicationEvent[] = [];
    await follow(client, events);
    expect(events.map(({ application }) => application.metadata.name)).toEqual([
      'a',
      'b',
    ]);
    const query = new URL(hub.seen[0].url, 'http://hub').searchParams;
    expect(query.get('resourceVersion')).toBe('0');
    expect(query.get('fields')!.split(',')).toEqual(
      expect.arrayContaining([
        'error',
        'result.type',
        'result.application.metadata.annotations.backstage.io/entity-ref',
      ]),
    );
    expect(hub.seen[0].headers.accept).toBe('text/event-stream');
  });

  it('tell why the hub ended or refused them', async () => {
    const frame = {
      error: { grpc_code: 16, http_code: 401, message: 'invalid session' },
    };
    const ended = await fixture.fake((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`${event('a')}data: ${JSON.stringify(frame)} \n\n\n`);
    });
    expect(await failure(follow(ended.client))).toMatchObject({
      class: 'auth',
      status: 401,
    });
    const refused = await fixture.fake((_request, response) => {
      response.writeHead(403, { 'content-type': 'text/event-stream' });
      response.end(`data: ${JSON.stringify(frame)} \n\n\n`);
    });
    expect(await failure(follow(refused.client))).toMatchObject({
      class: 'http',
      status: 403,
      message: 'invalid session',
    });
  });

  it('are as slow as their reader', async () => {
    const { client } = await fixture.fake((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(event('a') + event('b') + event('c'));
    });
    let atOnce = 0;
    let most = 0;
    await client.streamApplications({
      signal: new AbortController().signal,
      onAlive: () => {},
      onEvent: async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await new Promise(resolve => setTimeout(resolve, 20));
        atOnce -= 1;
      },
    });
    expect(most).toBe(1);
  });

  it('are no stream where a front shows a page', async () => {
    const { client } = await fixture.fake((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<html>Sign in</html>');
    });
    expect(await failure(follow(client))).toMatchObject({
      class: 'protocol',
      message: expect.stringContaining('is its url right'),
    });
  });

  it('hand on what their reader throws as it is', async () => {
    const { client } = await fixture.fake((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event('a'));
    });
    const stream = client.streamApplications({
      signal: new AbortController().signal,
      onAlive: () => {},
      onEvent: () => {
        throw new RangeError('a fault of ours');
      },
    });
    expect(await failure(stream)).toBeInstanceOf(RangeError);
  });

  it('tell a cut from an end', async () => {
    const { client, control } = await fixture.simulator();
    for (const [how, expected] of [
      ['clean', undefined],
      ['reset', 'other'],
    ] as const) {
      let begun = () => {};
      const first = new Promise<void>(resolve => (begun = resolve));
      const stream = client
        .streamApplications({
          signal: new AbortController().signal,
          onAlive: () => {},
          onEvent: () => begun(),
        })
        .then(
          () => undefined,
          error => error.class,
        );
      await first;
      await control('/hub/streams/cut', { how });
      expect(await stream).toBe(expected);
    }
    expect(
      fixture.reports.map(({ route, outcome }) => [route, outcome]),
    ).toEqual([
      ['stream-applications', 'ok'],
      ['stream-applications', 'other'],
    ]);
  });

  it('end when nobody follows them any more', async () => {
    const { client } = await fixture.simulator();
    const controller = new AbortController();
    const names: string[] = [];
    const stream = client.streamApplications({
      signal: controller.signal,
      onAlive: () => {},
      onEvent: ({ application }) => {
        names.push(application.metadata.name);
        controller.abort(new Error('enough'));
      },
    });
    expect(await failure(stream)).toMatchObject({ message: 'enough' });
    expect(names.length).toBeGreaterThan(0);
    expect(fixture.reports).toEqual([
      expect.objectContaining({
        route: 'stream-applications',
        outcome: 'aborted',
        bytes: expect.any(Number),
      }),
    ]);
  });

  it('sign in anew after the hub forgot the session', async () => {
    let logins = 0;
    const { client } = await fixture.fake(
      (request, response) => {
        if (request.url === '/api/v1/session') {
          logins += 1;
          return json(response, { token: `session-${logins}` });
        }
        const frame = {
          error: {
            grpc_code: 16,
            http_code: 401,
            message: 'invalid session: gone',
          },
        };
        return logins < 2
          ? json(response, frame, 401)
          : response.end(event('a'));
      },
      { auth: { username: 'u', password: 'p' } },
    );
    expect(await failure(follow(client))).toMatchObject({ class: 'auth' });
    const events: ApplicationEvent[] = [];
    await follow(client, events);
    expect(events).toHaveLength(1);
  });
});
