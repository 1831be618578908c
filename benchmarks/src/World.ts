import { Http } from './measure/http';
import { Child } from './processes/Child';
import { root, simulatorCommand, typescript } from './paths';
import type { Place } from './Place';
import { type ApplicationPlace, NAME_LABEL, placesOf } from './places';
import { CELL, type Size, SMALL } from './settings';

const START_MS = 120_000;

/** An application as a hub's list has it, as far as it is looked at here. */
export interface HubApplication {
  metadata: {
    name: string;
    namespace: string;
    labels?: Record<string, string>;
  };
  spec: { destination: { name?: string; server?: string }; source?: object };
  status: {
    sync: { status: string; revision?: string; revisions?: string[] };
    health: { status: string };
    history?: { revision?: string; revisions?: string[] }[];
  };
}

/** A service and the applications that it consists of. */
export interface Service {
  name: string;
  /** as an Argo CD selector, and as the annotation of its entity */
  selector: string;
  applications: HubApplication[];
}

/** Services come in sizes of 10 to 45 kB an application: of so many the middle one is taken. */
const CANDIDATES = 9;

/** A hub of some size, run by the simulator. */
export class World {
  readonly size: Size;
  readonly url: string;
  readonly token: string;
  readonly port: number;
  /** applications that it really has */
  readonly applications: number;
  /** where each of them is, which does not change */
  readonly places: ApplicationPlace[];
  /** names of services, the bigger ones first */
  readonly services: string[];
  readonly hub: Http;
  readonly #sizes: Map<string, number>;
  readonly #child: Child;
  readonly #control: Http;

  static async start(size: Size, place: Place): Promise<World> {
    // So that there is a service on few clusters where most are on fifty.
    const extra = size.clusters >= CELL ? SMALL : 0;
    const child = Child.start({
      name: 'hub simulator',
      node: place.node,
      args: [
        ...typescript(simulatorCommand()),
        ...['--applications', String(size.applications + extra)],
        ...['--clusters', String(size.clusters)],
      ],
      cwd: root,
      env: place.env,
      log: place.file(`simulator-${size.applications}.log`),
      keepOutput: true,
    });
    const described = await child.json<{
      hub: { url: string; token: string };
      control: { url: string };
    }>();
    const hub = new Http({
      base: described.hub.url,
      token: described.hub.token,
    });
    await child.until('the hub', () => hub.json({ path: '/api/version' }), {
      timeoutMs: START_MS,
    });
    const places = await placesOf(hub);
    if (places.length !== size.applications + extra) {
      throw new Error(`The hub shows ${places.length} applications only`);
    }
    return new World({ size, child, hub, described, places });
  }

  private constructor(options: {
    size: Size;
    child: Child;
    hub: Http;
    described: {
      hub: { url: string; token: string };
      control: { url: string };
    };
    places: ApplicationPlace[];
  }) {
    const { described, places } = options;
    this.size = options.size;
    this.#child = options.child;
    this.hub = options.hub;
    this.url = described.hub.url;
    this.token = described.hub.token;
    this.port = Number(new URL(this.url).port);
    this.#control = new Http({ base: described.control.url, token: '' });
    this.places = places;
    this.applications = places.length;
    this.#sizes = sizesOf(places);
    this.services = [...this.#sizes.keys()].sort(
      (one, other) => this.#sizes.get(other)! - this.#sizes.get(one)!,
    );
  }

  /** A service on that many clusters, where there is a choice neither the smallest nor the biggest. */
  async service(clusters: number): Promise<Service> {
    const candidates = this.services
      .filter(name => this.#sizes.get(name) === clusters)
      .slice(0, CANDIDATES);
    const found = await Promise.all(candidates.map(name => this.read(name)));
    const simple = found.filter(hasOneSource);
    const chosen = (simple.length > 0 ? simple : found)
      .map(service => ({ service, bytes: JSON.stringify(service).length }))
      .sort((one, other) => one.bytes - other.bytes);
    const middle = chosen[Math.floor(chosen.length / 2)];
    if (!middle) throw new Error(`No service is on ${clusters} clusters`);
    return middle.service;
  }

  /** How often the hub was called, by everybody. */
  async requests(): Promise<number> {
    return (await this.#control.json<{ total: number }>({ path: '/requests' }))
      .total;
  }

  async stop(): Promise<void> {
    await Promise.all([this.hub.close(), this.#control.close()]);
    await this.#child.stop();
  }

  /** A service as the hub has it now. */
  async read(name: string): Promise<Service> {
    const selector = `${NAME_LABEL}=${name}`;
    const { items } = await this.hub.json<{ items: HubApplication[] }>({
      path: `/api/v1/applications?selector=${encodeURIComponent(selector)}`,
    });
    return { name, selector, applications: items ?? [] };
  }
}

function hasOneSource({ applications }: Service): boolean {
  return applications.every(({ spec }) => spec.source);
}

/** How many applications each service has. */
function sizesOf(places: ApplicationPlace[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { service } of places) {
    sizes.set(service, (sizes.get(service) ?? 0) + 1);
  }
  return sizes;
}
