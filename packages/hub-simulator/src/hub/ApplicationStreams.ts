import type { IncomingMessage, ServerResponse } from 'node:http';
import { matchesSelector, parseSelector } from '../labels';
import type { ApplicationFacts } from '../state/applicationFacts';
import type { HubState } from '../state/HubState';
import type { HubView } from '../state/HubView';
import { CONTROL_PLANE } from '../state/names';
import type { StoreEvent } from '../state/Reader';
import type { Application } from '../types/argocd';
import type { LabelSelector } from '../types/kubernetes';
import { ApiError, Code, invalidArgument } from './errors';
import { EventStream, streamType } from './EventStream';
import { FieldFilter } from './FieldFilter';
import {
  type ApplicationEntry,
  fullBody,
  treeVersion,
  withHealth,
} from './rendering';
import type { Session, Sessions } from './Sessions';

export const STREAM_PATH = '/api/v1/stream/applications';
const KEEPALIVE_MS = 15_000;
const CLOSING = Buffer.from('}}');

interface Watch {
  session: Session;
  name: string;
  namespace: string;
  projects: string[];
  selector: LabelSelector | undefined;
  floor: number;
  filter: FieldFilter | undefined;
  fields: string;
}

/** `GET /api/v1/stream/applications`, as SSE or as JSON lines. */
export class ApplicationStreams {
  readonly #state: HubState;
  readonly #view: HubView;
  readonly #sessions: Sessions;
  readonly #open = new Set<ServerResponse>();

  constructor(options: {
    state: HubState;
    view: HubView;
    sessions: Sessions;
  }) {
    this.#state = options.state;
    this.#view = options.view;
    this.#sessions = options.sessions;
  }

  /** Ends every stream, as a restart of the server does. */
  end(): void {
    for (const response of this.#open) response.end();
  }

  async open(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    const isSse = request.headers.accept === 'text/event-stream';
    const filter = FieldFilter.parse(url.searchParams.get('fields') ?? '');
    try {
      const session = await this.#sessions.authenticate(request);
      if (!session) {
        throw new ApiError(Code.Unauthenticated, 'no session information');
      }
      const watch = watchOf(session, url, filter);
      await this.#serve(watch, new EventStream(response, isSse), response);
    } catch (error) {
      // The field filter also trims the frame of an error, to `{}` mostly.
      const { frame, httpStatus } = ApiError.from(error);
      const body = JSON.stringify(filter ? filter.apply(frame) : frame);
      response.writeHead(httpStatus, { 'content-type': streamType(isSse) });
      response.end(isSse ? `data: ${body} \n\n` : body);
    }
  }

  async #serve(
    watch: Watch,
    stream: EventStream,
    response: ServerResponse,
  ): Promise<void> {
    let isOpen = true;
    const closers: (() => void)[] = [];
    this.#open.add(response);
    response.on('close', () => {
      this.#open.delete(response);
      isOpen = false;
      closers.forEach(close => close());
    });
    if (!watch.floor || watch.name) {
      for (const entry of this.#view.applications.entries()) {
        if (!isOpen) return;
        const event = { type: 'ADDED', entry } as const;
        if (this.#isVisible(watch, entry)) {
          await stream.send(entry.name, this.#body(watch, event));
        }
      }
    }
    if (!isOpen) return;
    const unsubscribe = this.#view.applications.subscribe(event => {
      const { resourceVersion } = event.entry;
      if (resourceVersion < watch.floor || !this.#isVisible(watch, event.entry))
        return;
      stream.offer(event.entry.name, () => this.#body(watch, event),
      );
    });
    const unpoll = this.#state.clock.every(KEEPALIVE_MS, () =>
      stream.keepAlive(),
    );
    closers.push(unsubscribe, unpoll);
  }

  #isVisible(watch: Watch, entry: ApplicationEntry): boolean {
    const { name, namespace, labels, facts } = entry;
    if (watch.name && name !== watch.name) return false;
    if (watch.name && namespace !== watch.namespace) return false;
    if (watch.projects.length && !watch.projects.includes(facts.project)) {
      return false;
    }
    if (watch.selector && !matchesSelector(watch.selector, labels)) {
      return false;
    }
    const { username } = watch.session;
    const { rbac } = this.#state;
    return rbac.allows(username, 'applications', 'get', facts.rbacObject);
  }

  #body(
    watch: Watch,
    { type, entry }: StoreEvent<Application, ApplicationFacts>,
  ): Buffer {
    const { filter, fields } = watch;
    if (!filter) {
      const start = Buffer.from(
        `{"result":{"type":"${type}","application":`,
      );
      return Buffer.concat([start, fullBody(this.#state, entry), CLOSING]);
    }
    const version = treeVersion(this.#state, entry);
    return entry.derive(`stream ${version} ${type} ${fields}`, () => {
      const application = withHealth(this.#state, entry);
      return JSON.stringify(filter.apply({ result: { type, application } }));
    });
  }
}

function watchOf(
  session: Session,
  url: URL,
  filter: FieldFilter | undefined,
): Watch {
  const query = url.searchParams;
  const project = query.getAll('project');
  const selector = query.get('selector') ?? '';
  return {
    session,
    name: query.get('name') ?? '',
    namespace: query.get('appNamespace') || CONTROL_PLANE,
    projects: project.length ? project : query.getAll('projects'),
    selector: selector ? readSelector(selector) : undefined,
    floor: readFloor(query.get('resourceVersion')),
    filter,
    fields: query.get('fields') ?? '',
  };
}

/** `resourceVersion=0` also means: no burst, and floor 0. */
function readFloor(text: string | null): number {
  if (!text) return 0;
  return Number(text) || Number.MIN_VALUE;
}

function readSelector(text: string): LabelSelector {
  try {
    return parseSelector(text);
  } catch (error) {
    throw invalidArgument((error as Error).message);
  }
}
