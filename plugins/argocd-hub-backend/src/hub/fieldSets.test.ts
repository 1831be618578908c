import { listFields, listsRevision, streamFields } from './fieldSets';

const fields = (version: string) => listFields(version).split(',');

describe('fields of a list', () => {
  it('are parts of the spec where the hub knows them', () => {
    for (const version of ['v3.5.1+109ca7c', 'v3.12.0', 'v4.0.0', '3.5.0']) {
      expect(fields(version)).toContain('items.spec.destination');
      expect(fields(version)).not.toContain('items.spec');
      expect(listsRevision(version)).toBe(true);
    }
  });

  it('are the whole spec for older hubs, as its parts would be dropped', () => {
    for (const version of ['v2.14.3', 'v3.4.9', 'unknown']) {
      expect(fields(version)).toContain('items.spec');
      expect(fields(version)).not.toContain('items.spec.destination');
      expect(listsRevision(version)).toBe(false);
    }
  });

  it('leave out what changes all the time or may hold secrets', () => {
    const asked = [...fields('v3.5.1'), ...streamFields(['a/b']).split(',')];
    for (const path of asked) {
      expect(path).not.toMatch(/reconciledAt|resourceVersion|helm|plugin/);
      expect(path).not.toMatch(/spec$|sources?$|annotations$|history$/);
    }
    expect(asked).toContain('result.application.metadata.annotations.a/b');
  });
});
