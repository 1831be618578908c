import { HubError } from '../hub/HubError';
import type { ArgoApplication } from '../hub/types';
import { BurstWatch } from './BurstWatch';
import type { MirrorContext } from './MirrorContext';

/** Of a project that no list can hold, the hub needs long to copy everything. */
const PATIENCE_MS = 60_000;
/** Names in one address. */
const PROJECTS_AT_ONCE = 40;

interface RollCallResult {
  /** Milliseconds that it kept the hub busy. */
  busyMs: number;
  /** Projects of which nothing was told: they may have become empty, which no stream says. */
  silent: string[];
}

/**
 * Reads what is too large for a list by the initial burst of a stream of its
 * own, which has no limit: an application is a message there. It ends nowhere
 * for sure, so what it did not name must be asked for singly.
 */
export async function callRoll(options: {
  context: Pick<MirrorContext, 'client' | 'signal' | 'timing'>;
  projects: string[];
  /** @param asked - when the stream was asked for, by `performance.now()` */
  onApplication(application: ArgoApplication, asked: number): Promise<void>;
}): Promise<RollCallResult> {
  const { projects } = options;
  let busyMs = 0;
  const silent: string[] = [];
  for (let at = 0; at < projects.length; at += PROJECTS_AT_ONCE) {
    const some = projects.slice(at, at + PROJECTS_AT_ONCE);
    const tookMs = await callSome({ ...options, projects: some });
    busyMs += tookMs ?? PATIENCE_MS;
    if (tookMs === undefined) {
      silent.push(...some);
    }
  }
  return { busyMs, silent };
}

/** Answers undefined where nothing was told. */
async function callSome(
  options: Parameters<typeof callRoll>[0],
): Promise<number | undefined> {
  const { context, projects, onApplication } = options;
  const { client, signal } = context;
  const over = new AbortController();
  const watch = new BurstWatch({
    patienceMs: PATIENCE_MS,
    quietMs: context.timing.quietMs,
    onEnd: () => over.abort(),
  });
  const asked = performance.now();
  let toldAt = asked;
  try {
    await client.streamApplications({
      projects,
      signal: AbortSignal.any([signal, over.signal]),
      onAlive: () => {},
      onEvent: async event => {
        if (watch.see(event)) {
          await onApplication(event.application, asked);
          toldAt = performance.now();
          watch.handled();
        }
      },
    });
  } catch (error) {
    if (!over.signal.aborted) {
      throw error;
    }
  } finally {
    watch.stop();
  }
  signal.throwIfAborted();
  if (!over.signal.aborted) {
    throw new HubError({
      class: 'timeout',
      message: `The hub did not tell all applications of ${projects.join(
        ', ',
      )}`,
    });
  }
  return watch.sawAny ? toldAt - asked : undefined;
}
