import { mockServices } from '@backstage/backend-test-utils';
import { until } from './__testUtils__/MirrorWorld';
import { TIMING } from './timing';
import { type PolledKind, WholeListPoller } from './WholeListPoller';

interface Thing {
  name: string;
  namespace?: string;
  text?: string;
}

function given(kind: Partial<PolledKind<Thing>>) {
  const stopped = new AbortController();
  const write = jest.fn(async (_items: Thing[]) => true);
  const noteReadable = jest.fn();
  const failed = jest.fn();
  const logger = mockServices.logger.mock();
  const poller = new WholeListPoller<Thing>({
    context: {
      hub: { relistMs: 600_000 },
      signal: stopped.signal,
      logger,
      timing: { ...TIMING, secondListMs: 1 },
    } as never,
    status: { failed } as never,
    kind: {
      what: 'things',
      list: async () => ({ items: [], unreadable: [] }),
      mayReadAll: async () => true,
      keyOf: ({ namespace = '', name }) => `${namespace}/${name}`,
      stored: async () => [],
      write,
      noteReadable,
      ...kind,
    },
  });
  const start = () => {
    const running = poller.run();
    return async () => {
      stopped.abort();
      await running;
    };
  };
  return { poller, start, write, noteReadable, failed, logger };
}

describe('WholeListPoller', () => {
  it('lists again soon where what was listed could not be written', async () => {
    const items = [{ name: 'a' }, { name: 'b' }];
    const { start, write, noteReadable, failed } = given({
      list: async () => ({ items, unreadable: [] }),
    });
    write.mockResolvedValueOnce(false);
    const stop = start();
    await until(() => write.mock.calls.length === 1);
    expect(noteReadable).not.toHaveBeenCalled();
    await until(() => write.mock.calls.length === 2, 4_000);
    await until(() => noteReadable.mock.calls.length);
    expect(write).toHaveBeenLastCalledWith(items);
    // It is not the hub's fault.
    expect(failed).not.toHaveBeenCalled();
    await stop();
  });

  it('keeps what is stored of those that are named but cannot be read, and says so once', async () => {
    const stored = [
      { name: 'odd', namespace: 'argocd', text: 'as it was' },
      { name: 'odd', namespace: 'other' },
      { name: 'anywhere', namespace: 'team' },
      { name: 'gone', namespace: 'argocd' },
      { name: 'good', namespace: 'argocd', text: 'old' },
    ];
    const good = { name: 'good', namespace: 'argocd', text: 'new' };
    const { poller, start, write, logger } = given({
      list: async () => ({
        items: [good],
        unreadable: [
          { name: 'odd', namespace: 'argocd' },
          { name: 'anywhere' },
          {},
        ],
      }),
      stored: async () => stored,
    });
    const stop = start();
    await until(() => write.mock.calls.length === 1);
    poller.request();
    await until(() => write.mock.calls.length === 2);
    await stop();
    for (const [items] of write.mock.calls) {
      expect(items).toEqual([stored[0], stored[2], good]);
    }
    const said = logger.warn.mock.calls.map(([line]) => line);
    expect(said).toEqual([
      "3 of the hub's things cannot be read; what is known of them is kept",
    ]);
  });
});
