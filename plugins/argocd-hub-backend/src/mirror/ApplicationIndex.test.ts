import { ApplicationIndex } from './ApplicationIndex';

describe('ApplicationIndex', () => {
  it('counts the applications of each project, and forgets those that have none', () => {
    const index = new ApplicationIndex();
    index.set('argocd/a', { digest: '1', project: 'one' });
    index.set('argocd/b', { digest: '1', project: 'one' });
    index.set('argocd/c', { digest: '1', project: 'two' });
    expect([...index.projects()]).toEqual([
      ['one', 2],
      ['two', 1],
    ]);
    index.set('argocd/a', { digest: '2', project: 'one' });
    index.set('argocd/c', { digest: '2', project: 'one' });
    index.delete('argocd/b');
    index.delete('argocd/gone');
    expect([...index.projects()]).toEqual([['one', 2]]);
    expect(index.digest('argocd/c')).toBe('2');
    index.delete('argocd/a');
    index.delete('argocd/c');
    expect([...index.projects()]).toEqual([]);
    expect(index.size).toBe(0);
  });

  it('remembers what a list named, also when it changes or moves', () => {
    const index = new ApplicationIndex();
    index.set('argocd/a', { digest: '1', project: 'one' });
    index.sawListed('argocd/a', 7);
    index.set('argocd/a', { digest: '2', project: 'one' });
    expect(index.wasListed('argocd/a', 7)).toBe(true);
    index.set('argocd/a', { digest: '3', project: 'two' });
    expect(index.wasListed('argocd/a', 7)).toBe(true);
  });
});
