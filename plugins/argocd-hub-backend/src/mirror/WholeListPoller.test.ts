import { mockServices } from '@backstage/backend-test-utils';
import { until } from './__testUtils__/MirrorWorld';
import { TIMING } from './timing';
import { WholeListPoller } from './WholeListPoller';

describe('WholeListPoller', () => {
  it('lists again soon where what was listed could not be written', async () => {
    const stopped = new AbortController();
    const write = jest.fn(async (_items: string[]) => true);
    write.mockResolvedValueOnce(false);
    const noteReadable = jest.fn();
    const failed = jest.fn();
    const poller = new WholeListPoller<string>({
      context: {
        hub: { relistMs: 600_000 },
        signal: stopped.signal,
        logger: mockServices.logger.mock(),
        timing: TIMING,
      } as never,
      status: { failed } as never,
      kind: {
        what: 'things',
        list: async () => ['a', 'b'],
        mayReadAll: async () => true,
        keyOf: item => item,
        stored: async () => [],
        write,
        noteReadable,
      },
    });
    const running = poller.run();
    await until(() => write.mock.calls.length === 1);
    expect(noteReadable).not.toHaveBeenCalled();
    await until(() => write.mock.calls.length === 2, 4_000);
    await until(() => noteReadable.mock.calls.length);
    expect(write).toHaveBeenLastCalledWith(['a', 'b']);
    // It is not the hub's fault.
    expect(failed).not.toHaveBeenCalled();
    stopped.abort();
    await running;
  });
});
