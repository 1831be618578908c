import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { mockServices } from '@backstage/backend-test-utils';
import { startSimulator } from 'hub-simulator';
import { CANARIES } from './secrets';
import { lookForCanaries, takeLeaks } from './watchCanaries';

const { hubToken } = CANARIES;
const half = Math.floor(hubToken.length / 2);

/** What is found when a server answers so at the path. */
async function answered(
  handle: RequestListener,
  path = '/api/argocd-hub/hubs',
): Promise<string[]> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  await new Promise(resolve => server.close(resolve));
  return takeLeaks();
}

const LEAK = 'hubToken (plain) in the answer to GET /api/argocd-hub/hubs';

describe('the watch over all tests', () => {
  it.each<[string, RequestListener, string]>([
    ['a body', (_, answer) => answer.end(hubToken), LEAK],
    [
      'a body in pieces',
      (_, answer) => {
        answer.write(hubToken.slice(0, half));
        answer.end(hubToken.slice(half));
      },
      LEAK,
    ],
    [
      'a compressed body',
      (_, answer) => {
        answer.setHeader('content-encoding', 'gzip');
        answer.end(gzipSync(hubToken));
      },
      LEAK,
    ],
    [
      'a header',
      (_, answer) => answer.setHeader('x-debug', hubToken).end(),
      LEAK.replace(' in ', ' in the headers of '),
    ],
  ])('finds a secret in %s', async (_what, handle, leak) => {
    expect(await answered(handle)).toEqual([leak]);
  });

  it('lets a hub in the same process answer with its own secrets', async () => {
    const handle: RequestListener = (_, answer) => answer.end(hubToken);
    expect(await answered(handle, '/api/v1/session')).toEqual([]);
  });

  it.each<[string, { warn(line: string, meta?: object): void }]>([
    ['a logger', mockServices.rootLogger()],
    ['a logger below another', mockServices.rootLogger().child({})],
    ['a mock', mockServices.logger.mock()],
    ['a mock of the root', mockServices.rootLogger.mock()],
    ['a mock of our own', mockServices.logger.mock({ warn: () => {} })],
  ])('finds a secret that was told to %s', (_what, logger) => {
    logger.warn(`refused ${hubToken}`);
    expect(takeLeaks()).toEqual(['hubToken (plain) in a log line']);
    logger.warn('refused', { error: new Error(hubToken) });
    expect(takeLeaks()).toEqual(['hubToken (plain) in a log line']);
    logger.warn('refused');
    expect(takeLeaks()).toEqual([]);
  });

  it('finds a secret over two lines', () => {
    const logger = mockServices.rootLogger();
    logger.warn(hubToken.slice(0, half));
    logger.warn(hubToken.slice(half));
    expect(takeLeaks()).toEqual(['hubToken (plain) in a log line']);
  });

  it('finds secrets in whatever it is shown', () => {
    const bytes = Buffer.from(hubToken);
    const circle: { error: Error; circle?: object } = {
      error: new Error('outer', { cause: new Error(hubToken) }),
    };
    circle.circle = circle;
    for (const value of [{ bytes }, [circle], new Map([['a', hubToken]])]) {
      lookForCanaries('a row', value);
      expect(takeLeaks()).toEqual(['hubToken (plain) in a row']);
    }
  });

  it('knows the secrets of a simulated world', async () => {
    const simulator = await startSimulator();
    await simulator.stop();
    mockServices.rootLogger().info(simulator.hub.token);
    expect(takeLeaks()).toEqual([
      'the token of hub main (plain) in a log line',
    ]);
  });
});
