import type { Clock } from '../../clock';
import type { GenericObject } from '../../types/kubernetes';
import type { ResourceType } from '../resources';
import type { SpokeEvent, SpokeStore } from '../SpokeStore';
import { namespaceFinalizers, type Lifecycle } from './Lifecycle';

/** How long the real controller takes to look at a deleted namespace, about. */
const SWEEP_MS = 1000;
const ROOT_CA = 'kube-root-ca.crt';

/** Gives namespaces what each of them has, and empties those that go. */
export class NamespaceController {
  readonly #store: SpokeStore;
  readonly #lifecycle: Lifecycle;
  readonly #clock: Clock;
  readonly #rootCa: { 'ca.crt': string };
  readonly #sweeping = new Set<string>();

  constructor(options: {
    store: SpokeStore;
    lifecycle: Lifecycle;
    clock: Clock;
    ca: string;
  }) {
    this.#store = options.store;
    this.#lifecycle = options.lifecycle;
    this.#clock = options.clock;
    this.#rootCa = { 'ca.crt': options.ca };
  }

  start(): void {
    for (const namespace of this.#store.of('namespaces').list()) {
      this.#look(namespace);
    }
    this.#store.subscribe(event => this.#see(event));
  }

  #see({ type, of, entry }: SpokeEvent): void {
    const { metadata } = entry.object;
    if (of.kind === 'Namespace') {
      if (type !== 'DELETED') this.#look(entry.object);
      return;
    }
    if (type !== 'DELETED' || !metadata.namespace) return;
    const namespace = this.#store.of('namespaces').get(metadata.namespace);
    if (namespace) this.#look(namespace);
  }

  #look(namespace: GenericObject): void {
    if (namespace.metadata.deletionTimestamp) this.#sweepSoon(namespace);
    else this.#furnish(namespace.metadata.name);
  }

  /** A service account named default, and the cluster's authority. */
  #furnish(namespace: string): void {
    if (!this.#store.of('serviceaccounts').get('default', namespace)) {
      this.#store.create('serviceaccounts', {
        metadata: { name: 'default', namespace },
      });
    }
    if (!this.#store.of('configmaps').get(ROOT_CA, namespace)) {
      this.#store.create('configmaps', {
        metadata: { name: ROOT_CA, namespace },
        data: this.#rootCa,
      });
    }
  }

  #sweepSoon({ metadata: { name } }: GenericObject): void {
    if (this.#sweeping.has(name)) return;
    this.#sweeping.add(name);
    this.#clock.after(SWEEP_MS, () => {
      this.#sweep(name);
      this.#sweeping.delete(name);
    });
  }

  #sweep(name: string): void {
    const namespaces = this.#store.of('namespaces');
    const namespace = namespaces.get(name);
    if (!namespace?.metadata.deletionTimestamp) return;
    for (const { type, object } of this.#content(name)) {
      if (object.metadata.deletionTimestamp) continue;
      this.#lifecycle.delete(type, object, { propagation: 'Background' });
    }
    const left = this.#content(name);
    if (left.length) {
      this.#report(name, left);
      return;
    }
    this.#lifecycle.finish(namespaces.type, namespace, draft => {
      const finalizers = namespaceFinalizers(draft).filter(
        each => each !== 'kubernetes',
      );
      draft.spec = finalizers.length ? { finalizers } : {};
    });
  }

  /** Says in the namespace's conditions what holds it. */
  #report(name: string, left: readonly { type: ResourceType }[]) {
    const kinds = left.map(({ type }) => `${type.resource}.${type.group}`);
    const count = new Map<string, number>();
    for (const kind of kinds) count.set(kind, (count.get(kind) ?? 0) + 1);
    const parts = [...count].map(
      ([kind, number]) => `${kind} has ${number} resource instances`,
    );
    this.#store.of('namespaces').update(name, undefined, draft => {
      const status = draft.status as { conditions?: { message: string }[] };
      const message = `Some resources are remaining: ${parts.join(', ')}`;
      if (status.conditions?.[0]?.message === message) return;
      draft.status = {
        ...status,
        conditions: [
          {
            type: 'NamespaceContentRemaining',
            status: 'True',
            lastTransitionTime: this.#store.timestamp(),
            reason: 'SomeResourcesRemain',
            message,
          },
        ],
      };
    });
  }

  #content(namespace: string) {
    return [...this.#store.kinds()].flatMap(kind =>
      kind
        .list()
        .filter(({ metadata }) => metadata.namespace === namespace)
        .map(object => ({ type: kind.type, object })),
    );
  }
}
