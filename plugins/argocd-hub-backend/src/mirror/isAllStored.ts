import { listsRevision } from '../hub/fieldSets';
import type { ApplicationIndex } from './ApplicationIndex';
import type { HubStatusKeeper } from './HubStatusKeeper';
import { ListComparer } from './ListComparer';
import type { MirrorContext } from './MirrorContext';

/** A list of more than so many is too dear to be asked for early. */
const FEW = 2_000;
/** No number that a list which counts can have. */
const EARLY = -1;

/**
 * Whether one list names exactly what is stored: then all of a small hub came,
 * though its burst may not be over yet. It proves that and is used for nothing
 * else. Never rejects: the first list that counts comes soon, and tells what is
 * wrong.
 */
export async function isAllStored(options: {
  context: MirrorContext;
  index: ApplicationIndex;
  status: HubStatusKeeper;
}): Promise<boolean> {
  const { context, index } = options;
  const { client, signal } = context;
  if (index.size > FEW) {
    return false;
  }
  const tooMany = new AbortController();
  try {
    const version = await client.version();
    const comparer = new ListComparer({
      ...options,
      listsRevision: listsRevision(version),
      list: EARLY,
    });
    const asked = performance.now();
    await client.listApplications({
      signal: AbortSignal.any([signal, tooMany.signal]),
      onItem: async application => {
        if (comparer.listed >= FEW) {
          tooMany.abort();
        }
        await comparer.see(application, asked);
      },
    });
    const missing = index.notListed({
      list: EARLY,
      moment: asked,
      covered: () => true,
    });
    return !comparer.differing.size && !missing.length;
  } catch {
    return false;
  }
}
