import type { IncomingMessage, ServerResponse } from 'node:http';
import { matchesSelector, parseSelector } from '../labels';
import type { Entry } from '../state/Entry';
import { CONTROL_PLANE, type HubState } from '../state/HubState';
import type { StoreEvent } from '../state/ObjectStore';
import type { Application } from '../types/argocd';
import type { LabelSelector } from '../types/kubernetes';
import { ApiError, Code, invalidArgument } from './errors';
import { EventStream, streamType } from './EventStream';
import { FieldFilter } from './fields';
import { applicationObject, fullJson } from './rendering';
import type { Session, Sessions } from './Sessions';

export const STREAM_PATH = '/api/v1/stream/applications';
const KEEPALIVE_MS = 15_000;

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
  readonly #sessions: Sessions;

  constructor(options: { state: HubState; sessions: Sessions }) {
    this.#state = options.state;
    this.#sessions = options.sessions;
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
    response.on('close', () => {
      isOpen = false;
      closers.forEach(close => close());
    });
    if (!watch.floor || watch.name) {
      for (const entry of this.#state.applications.entries()) {
        if (!isOpen) return;
        const event = { type: 'ADDED', entry } as const;
        if (this.#isVisible(watch, entry)) {
          await stream.send(
            entry.object.metadata.name,
            this.#text(watch, event),
          );
        }
      }
    }
    if (!isOpen) return;
    const unsubscribe = this.#state.applications.subscribe(event => {
      const revision = Number(event.entry.object.metadata.resourceVersion);
      if (revision < watch.floor || !this.#isVisible(watch, event.entry))
        return;
      stream.offer(event.entry.object.metadata.name, () =>
        this.#text(watch, event),
      );
    });
    const unpoll = this.#state.clock.every(KEEPALIVE_MS, () =>
      stream.keepAlive(),
    );
    closers.push(unsubscribe, unpoll);
  }

  #isVisible(watch: Watch, { object }: Entry<Application>): boolean {
    const { metadata, spec } = object;
    if (watch.name && metadata.name !== watch.name) return false;
    if (watch.name && metadata.namespace !== watch.namespace) return false;
    if (watch.projects.length && !watch.projects.includes(spec.project)) {
      return false;
    }
    if (watch.selector && !matchesSelector(watch.selector, metadata.labels)) {
      return false;
    }
    return this.#state.rbac.allows(
      watch.session.username,
      'applications',
      'get',
      applicationObject(object),
    );
  }

  #text(watch: Watch, { type, entry }: StoreEvent<Application>): string {
    const full = () =>
      `{"result":{"type":"${type}","application":${fullJson(
        this.#state,
        entry,
      )}}}`;
    const { filter } = watch;
    if (!filter) return full();
    return entry.derive(`stream ${type} ${watch.fields}`, () =>
      JSON.stringify(filter.apply(JSON.parse(full()))),
    );
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
