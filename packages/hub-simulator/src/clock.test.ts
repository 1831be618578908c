import { Clock } from './clock';

describe('Clock', () => {
  it('goes on after a task that fails, and tells', async () => {
    const write = jest
      .spyOn(process.stderr, 'write')
      .mockImplementation(() => true);
    const clock = new Clock(100);
    const done = new Promise<string>(resolve => {
      clock.after(10, () => {
        throw new Error('stumbled');
      });
      clock.after(100, () => resolve('went on'));
    });
    expect(await done).toBe('went on');
    expect(write).toHaveBeenCalledWith(expect.stringContaining('stumbled'));
    write.mockRestore();
    clock.stop();
  });
});
