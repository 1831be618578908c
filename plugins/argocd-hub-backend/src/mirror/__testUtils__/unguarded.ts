import type { MirrorContext } from '../MirrorContext';

/** Lets a test see what fails. */
export const unguarded: MirrorContext['guard'] = async write => ({
  outcome: 'written',
  value: await write(),
});
