import { CONTROL_PLANE } from '../../state/names';
import type { StoreEvent } from '../../state/Reader';
import type { ApplicationSet } from '../../types/applicationset';
import { objectOf, projectOf } from '../applicationSetAccess';
import { shapeSet } from '../applicationSetShape';
import type { FieldFilter } from '../FieldFilter';
import type { HubRequest } from '../HubRequest';
import { Envelope } from './Envelope';
import type { Frame, StreamSource } from './StreamSource';
import { readWatchQuery, selects } from './watchQuery';

interface SetEvent extends StoreEvent<ApplicationSet> {
  isInitial?: boolean;
}

/**
 * `GET /api/v1/stream/applicationsets`. It subscribes first, and begins with an
 * ADDED only for a set that is named (F1.5.10).
 */
export function applicationSetSource(options: {
  request: HubRequest;
  filter: FieldFilter | undefined;
}): StreamSource<SetEvent> {
  const { request, filter } = options;
  const { applicationSets } = request.view;
  const query = readWatchQuery(request.url.searchParams, {
    namespace: 'appSetNamespace',
    controlPlane: CONTROL_PLANE,
  });
  const envelope = new Envelope({ key: 'applicationSet', filter });
  const key = `stream ${query.fields}`;

  const isVisible = ({ entry, isInitial }: SetEvent): boolean => {
    const { name, namespace, labels, resourceVersion, object } = entry;
    const project = projectOf(object);
    if (!isInitial && resourceVersion < query.floor) return false;
    if (!selects(query, { name, namespace, labels, project })) return false;
    // No other namespace is enabled for sets.
    if (namespace !== CONTROL_PLANE) return false;
    return request.may('applicationsets', 'get', objectOf(object));
  };

  return {
    subscribesFirst: true,
    copies: () => 0,
    *initial() {
      const { name, namespace } = query;
      const entry = name ? applicationSets.entry(name, namespace) : undefined;
      if (entry) yield { type: 'ADDED', entry, isInitial: true };
    },
    subscribe: listener => applicationSets.subscribe(listener),
    frame: (event): Frame | undefined => {
      if (!isVisible(event)) return undefined;
      const { type, entry } = event;
      const { fate } = envelope;
      const body = entry.derive(key, set => {
        const shaped = shapeSet(set);
        return JSON.stringify(
          typeof fate === 'string' ? shaped : fate.apply(shaped),
        );
      });
      return {
        key: entry.name,
        json: envelope.wrap(type, body),
        bytes: () => entry.bytes.length,
      };
    },
  };
}
