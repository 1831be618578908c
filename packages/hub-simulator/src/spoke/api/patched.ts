import type { GenericObject } from '../../types/kubernetes';
import { jsonPatch } from '../jsonPatch';
import { mergePatch, strategicPatch } from '../patch';
import { badRequest, StatusError } from '../status';

const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/apply-patch+yaml',
  'application/apply-patch+cbor',
  'application/strategic-merge-patch+json',
];

/** The object after a patch of the given content type. */
export function patched(
  current: GenericObject,
  patch: unknown,
  contentType: string,
): unknown {
  const [type] = contentType.split(';');
  switch (type.trim()) {
    case 'application/json-patch+json':
      return jsonPatch(current, patch);
    case 'application/merge-patch+json':
      return mergePatch(current, objectOf(patch));
    case 'application/strategic-merge-patch+json':
      return strategicPatch(current, objectOf(patch));
    default:
      throw new StatusError(
        415,
        'UnsupportedMediaType',
        `the body of the request was in an unknown format - accepted media types include: ${PATCH_TYPES.join(
          ', ',
        )}`,
        {},
      );
  }
}

function objectOf(patch: unknown): unknown {
  if (typeof patch === 'object' && patch !== null && !Array.isArray(patch)) {
    return patch;
  }
  throw badRequest('error decoding patch: it is no object');
}
