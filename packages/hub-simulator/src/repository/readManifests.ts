import type { GenericObject } from '../types/kubernetes';

/**
 * The objects that lie in a directory, as Argo CD reads them: empty documents
 * are passed over, a list is taken apart, and what has no kind is an error.
 */
export function readManifests(documents: readonly unknown[]): GenericObject[] {
  return documents.flatMap(document => {
    if (document === null || document === undefined) return [];
    const { kind, items } = document as GenericObject;
    if (!kind) {
      throw new Error(
        `failed to unmarshal manifest: Object 'Kind' is missing in '${JSON.stringify(
          document,
        )}'`,
      );
    }
    if (Array.isArray(items)) return readManifests(items);
    const object = document as GenericObject;
    return [{ ...object, metadata: object.metadata ?? {} }];
  });
}
