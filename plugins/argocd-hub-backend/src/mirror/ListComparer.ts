import { setImmediate } from 'node:timers/promises';
import type { ArgoApplication } from '../hub/types';
import type { ApplicationIndex } from './ApplicationIndex';
import { digestOfListed } from './digest';
import type { HubStatusKeeper } from './HubStatusKeeper';
import type { MirrorContext } from './MirrorContext';
import { trim } from './trim';

const BEFORE_YIELDING = 500;

export interface ListedDifference {
  key: string;
  namespace: string;
  name: string;
  /** Of the listed application. */
  digest: string;
}

export interface Comparison {
  /** New, or not as stored. */
  differing: ListedDifference[];
  /** Stored, but not in the list. */
  missing: string[];
}

/**
 * Compares a list with what is stored. What the stream spoke of since the list
 * was asked for is left out: there the list may be the older of the two.
 *
 * @param asked - when the list was asked for, by `performance.now()`
 */
export async function compareList(options: {
  context: MirrorContext;
  index: ApplicationIndex;
  status: HubStatusKeeper;
  listed: ArgoApplication[];
  listsRevision: boolean;
  asked: number;
}): Promise<Comparison> {
  const { index, listed, asked } = options;
  const seen = new Set<string>();
  const differing: ListedDifference[] = [];
  for (const [position, application] of listed.entries()) {
    if (position % BEFORE_YIELDING === 0) {
      await setImmediate();
    }
    const found = digested(application, options);
    if (!found) {
      continue;
    }
    seen.add(found.key);
    if (
      index.digest(found.key) !== found.digest &&
      !index.isTouchedSince(found.key, asked)
    ) {
      differing.push(found);
    }
  }
  const missing = [...index.keys()].filter(
    key => !seen.has(key) && !index.isTouchedSince(key, asked),
  );
  return { differing, missing };
}

function digested(
  application: ArgoApplication,
  options: {
    context: MirrorContext;
    status: HubStatusKeeper;
    listsRevision: boolean;
  },
): ListedDifference | undefined {
  const { hub, annotations } = options.context;
  const { name = '', namespace = '' } = application?.metadata ?? {};
  const key = `${namespace}/${name}`;
  try {
    const record = trim(application, { hub: hub.name, annotations });
    const digest = digestOfListed(application, record, {
      revision: options.listsRevision,
    });
    return { key, namespace, name, digest };
  } catch (error) {
    options.status.skip({ namespace, name }, (error as Error).message);
    if (!name || !namespace) {
      return undefined;
    }
    // It is there, though we cannot read it.
    return { key, namespace, name, digest: 'unreadable' };
  }
}
