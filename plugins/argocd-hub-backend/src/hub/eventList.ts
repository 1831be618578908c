import type { HubAnswer } from './HubAnswer';
import { HubError } from './HubError';

/** Far more than the events of one object are. What is larger is not read on. */
const LARGEST = 1024 * 1024;
/** Where a list that is too large to be read must have shown that it is one. */
const BEGINNING = 16 * 1024;
const BEGINS =
  /^\s*\{\s*"metadata"\s*:\s*\{[^{}]*\}\s*,\s*"items"\s*:\s*\[\s*\{/;

/**
 * Whether a good answer is what Argo CD answers with: the list of a resource's
 * events, to its end. A login page, a cached page or half a body is not. A list
 * of more than a megabyte counts by its beginning: argocd-server sends the first
 * byte only when it has all of the cluster's answer.
 */
export async function isEventList(answer: HubAnswer): Promise<boolean> {
  if (!isJson(answer)) {
    return false;
  }
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of answer.body()) {
      parts.push(part);
      size += part.length;
      if (size > LARGEST) {
        const read = Buffer.concat(parts).subarray(0, BEGINNING);
        return BEGINS.test(read.toString());
      }
    }
  } catch (error) {
    if (error instanceof HubError) {
      return false;
    }
    throw error;
  }
  return looksLikeEvents(Buffer.concat(parts).toString());
}

/** Argo CD's own answers and errors say that they are. */
export function isJson(answer: HubAnswer): boolean {
  const type = answer.header('content-type') ?? '';
  return /^application\/json\s*(;|$)/i.test(type);
}

function looksLikeEvents(text: string): boolean {
  try {
    const { metadata, items } = JSON.parse(text);
    return (
      isObject(metadata) &&
      (items === null || (Array.isArray(items) && items.every(isObject)))
    );
  } catch {
    return false;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
