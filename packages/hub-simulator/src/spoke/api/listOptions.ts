import { matchesSelector, parseSelector } from '../../labels';
import type { GenericObject } from '../../types/kubernetes';
import { parseFieldSelector } from '../fieldSelector';
import {
  forbiddenField,
  invalidValue,
  unsupported,
  type FieldError,
} from '../fieldErrors';
import { badRequest } from '../status';
import { isTrue, refuse } from './options';
import type { ResourceCall } from './ResourceCall';

/** What a list or a watch is asked for. */
export interface ListOptions {
  /** 0 when none is given */
  limit: number;
  continue: string;
  /** undefined: the latest; 0: any */
  revision: number | undefined;
  match: string;
  timeoutSeconds: number;
  bookmarks: boolean;
}

/** Throws 400 or 422 for options that make no sense. */
export function readListOptions(call: ResourceCall): ListOptions {
  const { query, verb } = call;
  const version = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  const next = query.get('continue') ?? '';
  const errors =
    verb === 'watch'
      ? checkWatch(query, match)
      : checkList({ version, match, next, query });
  refuse('ListOptions', errors);
  return {
    limit: numberOf(query, 'limit'),
    continue: next,
    revision: version ? parseRevision(version) : undefined,
    match,
    timeoutSeconds: numberOf(query, 'timeoutSeconds'),
    bookmarks: isTrue(query.get('allowWatchBookmarks')),
  };
}

/** Which objects a call is about, by namespace, labels and fields. */
export function readSelection(
  call: ResourceCall,
): (object: GenericObject) => boolean {
  const { namespace, query, type } = call;
  const labels = query.get('labelSelector');
  const selector = labels ? parseLabels(labels) : undefined;
  const fields = query.get('fieldSelector');
  const hasFields = fields ? parseFieldSelector(type, fields) : undefined;
  const isScoped = type.namespaced && namespace;
  return object =>
    (!isScoped || object.metadata.namespace === namespace) &&
    (!selector || matchesSelector(selector, object.metadata.labels)) &&
    (!hasFields || hasFields(object));
}

function checkWatch(query: URLSearchParams, match: string): FieldError[] {
  const errors: FieldError[] = [];
  if (query.has('sendInitialEvents')) {
    // The feature gate WatchList is off by default in this version.
    errors.push(
      forbiddenField(
        'sendInitialEvents',
        'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
      ),
    );
  } else if (match) {
    errors.push(
      forbiddenField(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ),
    );
  }
  return errors;
}

function checkList(options: {
  version: string;
  match: string;
  next: string;
  query: URLSearchParams;
}): FieldError[] {
  const { version, match, next, query } = options;
  const field = 'resourceVersionMatch';
  const errors: FieldError[] = [];
  if (query.has('sendInitialEvents')) {
    errors.push(
      forbiddenField(
        'sendInitialEvents',
        'sendInitialEvents is forbidden for list',
      ),
    );
  }
  if (!match) return errors;
  if (!version) {
    errors.push(
      forbiddenField(
        field,
        `${field} is forbidden unless resourceVersion is provided`,
      ),
    );
  }
  if (next) {
    errors.push(
      forbiddenField(field, `${field} is forbidden when continue is provided`),
    );
  }
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    errors.push(unsupported(field, match, ['Exact', 'NotOlderThan', '']));
  }
  if (match === 'Exact' && version === '0') {
    errors.push(
      forbiddenField(
        field,
        `${field} "exact" is forbidden for resourceVersion "0"`,
      ),
    );
  }
  return errors;
}

function parseRevision(version: string): number {
  if (/^\d+$/.test(version)) return Number(version);
  refuse('ListOptions', [
    invalidValue(
      'resourceVersion',
      version,
      `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`,
    ),
  ]);
  return 0;
}

function numberOf(query: URLSearchParams, key: string): number {
  const text = query.get(key) ?? '';
  if (/^-?\d*$/.test(text)) return Math.max(0, Number(text));
  throw badRequest(
    `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

function parseLabels(text: string) {
  try {
    return parseSelector(text);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}
