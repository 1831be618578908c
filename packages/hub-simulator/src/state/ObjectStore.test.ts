import type { KubernetesObject } from '../types/kubernetes';
import { ObjectStore } from './ObjectStore';
import { Revisions } from './Revisions';

const object = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name },
});

function given() {
  const store = new ObjectStore<KubernetesObject>({
    revisions: new Revisions(),
    timestamp: () => '2026-01-01T00:00:00Z',
  });
  const told: string[] = [];
  const listen = () =>
    store.subscribe(({ type, entry }) =>
      told.push(`${type} ${entry.object.metadata.name}`),
    );
  return { store, told, listen };
}

describe('the events of a store', () => {
  it('reach every listener, also where one before it throws', () => {
    const { store, told, listen } = given();
    const stop = store.subscribe(() => {
      // Queued behind the event that is being told.
      store.create(object('second'));
      throw new Error('a fault');
    });
    store.subscribe(() => stop());
    listen();

    expect(() => store.create(object('first'))).toThrow('a fault');
    store.delete('first');

    expect(told).toEqual(['ADDED first', 'ADDED second', 'DELETED first']);
  });
});
