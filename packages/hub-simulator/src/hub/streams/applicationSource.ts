import { matchesSelector } from '../../labels';
import type { ApplicationFacts } from '../../state/applicationFacts';
import { CONTROL_PLANE } from '../../state/names';
import type { StoreEvent } from '../../state/Reader';
import type { Application } from '../../types/argocd';
import type { FieldFilter } from '../FieldFilter';
import type { HubRequest } from '../HubRequest';
import { isNamespaceEnabled } from '../routes/applications/find';
import { visibilityOf } from '../routes/applications/Visibility';
import { ApplicationBodies } from './ApplicationBodies';
import { Envelope } from './Envelope';
import type { Frame, StreamSource } from './StreamSource';
import { readWatchQuery, selects } from './watchQuery';

interface ApplicationEvent extends StoreEvent<Application, ApplicationFacts> {
  isInitial?: boolean;
}

/**
 * `GET /api/v1/stream/applications`. It subscribes after the initial events, so
 * what changes meanwhile is lost (F10.1.6).
 */
export function applicationSource(options: {
  request: HubRequest;
  filter: FieldFilter | undefined;
}): StreamSource<ApplicationEvent> {
  const { request, filter } = options;
  const { state } = request;
  const { applications } = request.view;
  const query = readWatchQuery(request.url.searchParams, {
    namespace: 'appNamespace',
    controlPlane: CONTROL_PLANE,
  });
  const { name, namespace, hasVersion, floor, fields } = query;
  const envelope = new Envelope({ key: 'application', filter });
  const bodies = new ApplicationBodies({ state, fate: envelope.fate, fields });

  const isVisible = ({ entry, isInitial }: ApplicationEvent): boolean => {
    const { labels, facts, resourceVersion } = entry;
    const { project } = facts;
    if (!isInitial && resourceVersion < floor) return false;
    if (!isNamespaceEnabled(request, entry.namespace)) return false;
    const at = { name: entry.name, namespace: entry.namespace };
    if (!selects(query, { ...at, labels, project })) return false;
    // Policies may change while the stream is open.
    return visibilityOf(request).sees(entry);
  };

  const isInformed = hasVersion && !name;
  const { selector } = query;
  return {
    subscribesFirst: false,
    copies() {
      if (isInformed) return 0;
      if (!selector) return applications.size;
      const all = applications.entries();
      return all.filter(({ labels }) => matchesSelector(selector, labels))
        .length;
    },
    *initial() {
      if (isInformed) return;
      const one = name ? applications.entry(name, namespace) : undefined;
      const entries = name ? [one] : applications.entries();
      for (const entry of entries) {
        if (entry) yield { type: 'ADDED', entry, isInitial: true };
      }
    },
    subscribe: listener => applications.subscribe(listener),
    frame: (event): Frame | undefined => {
      if (!isVisible(event)) return undefined;
      const { type, entry } = event;
      return {
        key: entry.name,
        json: envelope.wrap(type, bodies.of(entry)),
        bytes: () => entry.bytes.length,
      };
    },
  };
}
