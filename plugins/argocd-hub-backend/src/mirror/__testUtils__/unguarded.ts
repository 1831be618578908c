import type { MirrorContext } from '../MirrorContext';

/** Lets a test see what fails. */
export const unguarded: Pick<MirrorContext, 'read' | 'write'> = {
  write: async write => ({ outcome: 'written', value: await write() }),
  read: async read => {
    await read();
    return true;
  },
};
