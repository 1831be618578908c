import { Clock } from '../clock';
import type { KubernetesObject } from '../types/kubernetes';
import { Informer } from './Informer';
import { ObjectStore } from './ObjectStore';
import { Revisions } from './Revisions';

describe('an informer', () => {
  const clock = new Clock();
  let store: ObjectStore<KubernetesObject>;
  let informer: Informer<KubernetesObject, unknown>;
  let seen: string[];

  const create = (name: string) =>
    store.create({ metadata: { name, namespace: 'n' } });
  const change = (name: string) =>
    store.update(name, 'n', draft => {
      draft.metadata.labels = { changed: name };
    });
  const setUp = (lagMs = 0) => {
    store = new ObjectStore({
      revisions: new Revisions(),
      timestamp: () => '2026-01-01T00:00:00Z',
    });
    for (const name of ['b', 'a']) create(name);
    informer = new Informer({ store, clock, lagMs });
    seen = [];
    informer.subscribe(({ type, entry }) => seen.push(`${type} ${entry.name}`));
  };
  const names = () => informer.entries().map(({ name }) => name);

  beforeEach(() => setUp());
  afterEach(() => {
    jest.useRealTimers();
    informer.stop();
  });

  it('has what the store had, and follows it', () => {
    expect(names()).toEqual(['a', 'b']);
    create('c');
    change('a');
    store.delete('b', 'n');
    expect(names()).toEqual(['a', 'c']);
    expect(seen).toEqual(['ADDED c', 'MODIFIED a', 'DELETED b']);
  });

  it('F6.6 is as late as its lag, in the right order', () => {
    jest.useFakeTimers();
    informer.stop();
    setUp(500);
    create('c');
    jest.advanceTimersByTime(300);
    change('c');
    expect(names()).toEqual(['a', 'b']);
    jest.advanceTimersByTime(250);
    expect(seen).toEqual(['ADDED c']);
    expect(informer.get('c', 'n')?.metadata.labels).toBeUndefined();
    jest.advanceTimersByTime(300);
    expect(seen).toEqual(['ADDED c', 'MODIFIED c']);
  });

  it('F10.1.7 tells no deletion that it learns from a list', () => {
    informer.disconnect();
    create('c');
    change('a');
    store.delete('b', 'n');
    expect(names()).toEqual(['a', 'b']);
    informer.relist();
    expect(names()).toEqual(['a', 'c']);
    expect(seen).toEqual(['MODIFIED a', 'ADDED c']);
  });

  it('F10.1.7 tells no deletion of what its list lacked', () => {
    informer.relist([{ name: 'b', namespace: 'n' }]);
    expect(names()).toEqual(['a']);
    store.delete('b', 'n');
    expect(seen).toEqual([]);
  });

  it('adds again what its list lacked when that changes', () => {
    informer.relist([{ name: 'b', namespace: 'n' }]);
    change('b');
    expect(seen).toEqual(['ADDED b']);
  });

  it('is still when stopped, also with something under way', () => {
    jest.useFakeTimers();
    informer.stop();
    setUp(500);
    create('c');
    informer.stop();
    jest.advanceTimersByTime(1000);
    expect(names()).toEqual(['a', 'b']);
    expect(seen).toEqual([]);
  });
});
