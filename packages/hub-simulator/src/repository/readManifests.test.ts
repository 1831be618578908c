import { readManifests } from './readManifests';

const one = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } };
const bare = { apiVersion: 'v1', kind: 'ConfigMap' };

describe('manifests', () => {
  it.each([
    ['objects', [one], [one]],
    ['empty documents', [null, undefined], []],
    ['lists', [{ apiVersion: 'v1', kind: 'List', items: [one] }], [one]],
    ['objects without metadata', [bare], [{ ...bare, metadata: {} }]],
  ])('may be %s', (_, documents, objects) => {
    expect(readManifests(documents)).toEqual(objects);
  });

  it.each([
    [{}, '{}'],
    [{ apiVersion: 'v1' }, '{"apiVersion":"v1"}'],
    ['text', '"text"'],
    [[1], '[1]'],
  ])('are refused when they are %j', (document, text) => {
    expect(() => readManifests([document])).toThrow(
      `failed to unmarshal manifest: Object 'Kind' is missing in '${text}'`,
    );
  });
});
