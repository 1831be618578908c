import type { Clock } from '../../clock';
import type { GenericObject } from '../../types/kubernetes';
import type { DeleteOptions } from '../api/options';
import type { ResourceType } from '../resources';
import type { SpokeStore } from '../SpokeStore';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';
const POD_GRACE_S = 30;
/** How long a pod takes to end, about. */
const POD_END_MS = 1000;

/** How objects leave: at once, after a grace period, or when their finalizers are done. */
export class Lifecycle {
  readonly #store: SpokeStore;
  readonly #clock: Clock;

  constructor(options: { store: SpokeStore; clock: Clock }) {
    this.#store = options.store;
    this.#clock = options.clock;
  }

  /** The object as it stays for a while; undefined when it is gone. */
  delete(
    type: ResourceType,
    object: GenericObject,
    options: Pick<DeleteOptions, 'propagation' | 'grace'>,
  ): GenericObject | undefined {
    const kind = this.#store.of(type.resource);
    const { name, namespace, deletionTimestamp } = object.metadata;
    const next = deleting(type, object, options, this.#store.timestamp());
    if (!next) {
      kind.delete(name, namespace);
      return undefined;
    }
    const stored = deletionTimestamp
      ? this.finish(type, object, draft => {
          draft.metadata.finalizers = next.metadata.finalizers;
        })
      : kind.replace(next);
    if (type.kind === 'Pod') this.#endPod(next);
    return stored;
  }

  /** Changes an object that is being deleted, and takes it out with its last finalizer. */
  finish(
    type: ResourceType,
    { metadata }: GenericObject,
    change: (draft: GenericObject) => void,
  ): GenericObject | undefined {
    const kind = this.#store.of(type.resource);
    const { name, namespace } = metadata;
    const current = kind.get(name, namespace);
    if (!current) return undefined;
    const draft = structuredClone(current);
    change(draft);
    if (mayGo(type, draft)) {
      kind.delete(name, namespace);
      return undefined;
    }
    return kind.update(name, namespace, change);
  }

  /** Ends the pods that were ending when the cluster stopped. */
  resume(): void {
    for (const pod of this.#store.of('pods').list()) {
      if (pod.metadata.deletionTimestamp) this.#endPod(pod);
    }
  }

  #endPod({ metadata }: GenericObject): void {
    const grace = (metadata as { deletionGracePeriodSeconds?: number })
      .deletionGracePeriodSeconds;
    this.#clock.after(Math.min((grace ?? 0) * 1000, POD_END_MS), () => {
      const pods = this.#store.of('pods');
      const pod = pods.get(metadata.name, metadata.namespace);
      if (!pod || pod.metadata.uid !== metadata.uid) return;
      if (!pod.metadata.finalizers?.length) {
        pods.delete(metadata.name, metadata.namespace);
      }
    });
  }
}

/** Whether nothing holds an object that is being deleted any more. */
export function mayGo(type: ResourceType, object: GenericObject): boolean {
  const { deletionTimestamp, finalizers } = object.metadata;
  if (!deletionTimestamp || finalizers?.length) return false;
  const grace = (object.metadata as { deletionGracePeriodSeconds?: number })
    .deletionGracePeriodSeconds;
  if (type.kind === 'Pod' && grace) return false;
  return type.kind !== 'Namespace' || !namespaceFinalizers(object).length;
}

export function namespaceFinalizers(object: GenericObject): string[] {
  const spec = object.spec as { finalizers?: string[] } | undefined;
  return spec?.finalizers ?? [];
}

/** The object with its end begun; undefined when it can go at once. */
function deleting(
  type: ResourceType,
  object: GenericObject,
  { propagation, grace }: Pick<DeleteOptions, 'propagation' | 'grace'>,
  now: string,
): GenericObject | undefined {
  const seconds = graceOf(type, object, grace);
  const finalizers = finalizersFor(object, propagation);
  const next: GenericObject = {
    ...object,
    metadata: {
      ...object.metadata,
      ...(finalizers.length && { finalizers }),
      deletionTimestamp:
        object.metadata.deletionTimestamp ?? later(now, seconds),
      deletionGracePeriodSeconds: seconds,
    } as GenericObject['metadata'],
  };
  if (type.kind === 'Namespace') {
    const { deletionGracePeriodSeconds, ...metadata } =
      next.metadata as GenericObject['metadata'] & {
        deletionGracePeriodSeconds?: number;
      };
    const status = { ...(object.status as object), phase: 'Terminating' };
    return { ...next, metadata, status };
  }
  return mayGo(type, next) ? undefined : next;
}

function graceOf(
  type: ResourceType,
  object: GenericObject,
  asked: number | undefined,
): number {
  if (type.kind !== 'Pod') return 0;
  const spec = object.spec as
    | { terminationGracePeriodSeconds?: number }
    | undefined;
  return asked ?? spec?.terminationGracePeriodSeconds ?? POD_GRACE_S;
}

function finalizersFor(
  { metadata }: GenericObject,
  propagation: DeleteOptions['propagation'],
): string[] {
  const others = (metadata.finalizers ?? []).filter(
    each => each !== FOREGROUND && each !== ORPHAN,
  );
  if (propagation === 'Foreground') return [...others, FOREGROUND];
  if (propagation === 'Orphan') return [...others, ORPHAN];
  return others;
}

function later(now: string, seconds: number): string {
  const date = new Date(Date.parse(now) + seconds * 1000);
  return `${date.toISOString().slice(0, 19)}Z`;
}
