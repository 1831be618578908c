import type { ApplicationEvent } from '../hub/types';
import { StreamConnection } from './StreamConnection';
import { TIMING } from './timing';

type Stream = {
  resourceVersion?: string;
  signal: AbortSignal;
  onAlive(): void;
  onEvent(event: ApplicationEvent): Promise<void>;
};

const added = (name: string, type: ApplicationEvent['type'] = 'ADDED') =>
  ({
    type,
    application: { metadata: { name, namespace: 'argocd' } },
  } as ApplicationEvent);

function given(options: { burst: boolean; expectsAny?: boolean }) {
  let stream!: Stream;
  const onSettled = jest.fn();
  const client = {
    streamApplications: (asked: Stream) => {
      stream = asked;
      return new Promise<void>((_, reject) =>
        asked.signal.addEventListener('abort', () =>
          reject(asked.signal.reason),
        ),
      );
    },
  };
  const connection = new StreamConnection({
    context: {
      client,
      signal: new AbortController().signal,
      timing: TIMING,
    } as never,
    burst: options.burst,
    expectsAny: options.expectsAny ?? true,
    onSettled,
  });
  let handle = async () => {};
  const ended = jest.fn();
  connection
    .follow({ onAlive: () => {}, onEvent: () => handle() })
    .then(ended, ended);
  return {
    connection,
    stream,
    onSettled,
    ended,
    handledBy: (handler: () => Promise<void>) => {
      handle = handler;
    },
  };
}

describe('a connection of the stream', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('is left alone before its first byte, however long that takes', async () => {
    const { ended } = given({ burst: false });
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(ended).not.toHaveBeenCalled();
  });

  it('is given up when it falls silent after its first byte', async () => {
    const { ended, stream } = given({ burst: false });
    stream.onAlive();
    for (let keepalive = 0; keepalive < 10; keepalive++) {
      await jest.advanceTimersByTimeAsync(15_000);
      stream.onAlive();
    }
    await jest.advanceTimersByTimeAsync(40_000);
    expect(ended).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(15_000);
    expect(ended).toHaveBeenCalledWith(undefined);
  });

  it('is not given up because we are too slow to listen', async () => {
    const { ended, stream, handledBy } = given({ burst: false });
    stream.onAlive();
    handledBy(() => new Promise(resolve => setTimeout(resolve, 300_000)));
    const handled = stream.onEvent(added('a'));
    await jest.advanceTimersByTimeAsync(300_000);
    await handled;
    await jest.advanceTimersByTimeAsync(20_000);
    expect(ended).not.toHaveBeenCalled();
  });

  it('is not given up because somebody set the clock', async () => {
    const { ended, stream } = given({ burst: false });
    stream.onAlive();
    jest.setSystemTime(Date.now() + 86_400_000);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(ended).not.toHaveBeenCalled();
    jest.setSystemTime(0);
    await jest.advanceTimersByTimeAsync(40_000);
    expect(ended).toHaveBeenCalled();
  });

  it('asks for no burst where it needs none, and listens soon after', async () => {
    const { connection, stream, onSettled } = given({ burst: false });
    expect(stream.resourceVersion).toBe('0');
    expect(connection.isBursting).toBe(false);
    expect(onSettled).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(onSettled).toHaveBeenCalledTimes(1);
    expect(connection.hasTold).toBe(false);
  });

  it.each`
    next                      | because
    ${added('a')}             | ${'it is out of order'}
    ${added('c', 'MODIFIED')} | ${'it adds nothing'}
    ${added('c', 'DELETED')}  | ${'it takes away'}
  `(
    'has told everything with the first event of which $because',
    async ({ next }) => {
      const { connection, stream, onSettled } = given({ burst: true });
      expect(stream.resourceVersion).toBeUndefined();
      await stream.onEvent(added('a'));
      await stream.onEvent(added('b'));
      expect(connection.isBursting).toBe(true);
      await stream.onEvent(next);
      expect(connection.isBursting).toBe(false);
      expect(connection.hasTold).toBe(true);
      expect(onSettled).toHaveBeenCalledTimes(1);
    },
  );

  it('has told everything when nothing came for five seconds', async () => {
    const { connection, stream } = given({ burst: true });
    await stream.onEvent(added('a'));
    await jest.advanceTimersByTimeAsync(4_900);
    await stream.onEvent(added('b'));
    await jest.advanceTimersByTimeAsync(4_900);
    expect(connection.isBursting).toBe(true);
    await jest.advanceTimersByTimeAsync(200);
    expect(connection.hasTold).toBe(true);
  });

  it('does not take our own slowness for the end of a burst', async () => {
    const { connection, stream, handledBy } = given({ burst: true });
    handledBy(() => new Promise(resolve => setTimeout(resolve, 30_000)));
    const handled = stream.onEvent(added('a'));
    await jest.advanceTimersByTimeAsync(30_000);
    await handled;
    expect(connection.isBursting).toBe(true);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(connection.isBursting).toBe(false);
  });

  it.each`
    expectsAny | patienceMs
    ${true}    | ${30_000}
    ${false}   | ${5_000}
  `(
    'waits $patienceMs ms for a burst to begin where it expects one: $expectsAny',
    async ({ expectsAny, patienceMs }) => {
      const { connection } = given({ burst: true, expectsAny });
      await jest.advanceTimersByTimeAsync(patienceMs - 100);
      expect(connection.isBursting).toBe(true);
      await jest.advanceTimersByTimeAsync(100);
      expect(connection.isBursting).toBe(false);
      // Silence is no proof that everything was told.
      expect(connection.hasTold).toBe(false);
    },
  );
});
