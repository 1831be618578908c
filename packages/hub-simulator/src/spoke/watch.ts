import type { ServerResponse } from 'node:http';
import { matchesSelector, parseSelector } from '../labels';
import { matchesFields } from './fieldSelector';
import type { ResourceCall } from './ResourceApi';
import type { SpokeEvent, SpokeStore } from './SpokeStore';
import { StatusError } from './status';

/** Streams the changes of a kind since `resourceVersion`, until the client leaves. */
export function watch(
  store: SpokeStore,
  call: ResourceCall,
  response: ServerResponse,
): void {
  const since = call.query.get('resourceVersion') ?? '';
  const missed = store.eventsSince(since);
  if (!missed) {
    throw new StatusError(
      410,
      'Expired',
      `too old resource version: ${since} (${store.revisions.last})`,
    );
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const send = (event: SpokeEvent) => {
    if (!concerns(call, event)) return;
    const { type, entry } = event;
    response.write(`{"type":"${type}","object":${entry.json}}\n`);
  };
  if (!since || since === '0') {
    for (const entry of store.of(call.type.resource).entries()) {
      send({ type: 'ADDED', entry, of: call.type });
    }
  } else {
    missed.forEach(send);
  }
  const unsubscribe = store.subscribe(send);
  const seconds = Number(call.query.get('timeoutSeconds')) || 0;
  const timer = seconds && setTimeout(() => response.end(), seconds * 1000);
  response.on('close', () => {
    unsubscribe();
    clearTimeout(timer);
  });
}

function concerns(call: ResourceCall, { of, entry }: SpokeEvent): boolean {
  const { metadata } = entry.object;
  const labels = call.query.get('labelSelector');
  return (
    of === call.type &&
    (!call.namespace || metadata.namespace === call.namespace) &&
    (!labels || matchesSelector(parseSelector(labels), metadata.labels)) &&
    matchesFields(call.query.get('fieldSelector') ?? '', entry.object)
  );
}
