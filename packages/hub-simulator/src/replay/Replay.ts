import type { Hub } from '../Hub';
import { HubObjects } from '../scenarios/fromObjects';
import type { Controller, Scenario } from '../scenarios/Scenario';
import { Simulator } from '../Simulator';
import { compare, type Difference } from './compare';
import { framesOf } from './frames';
import { type Ignored, IGNORED, ignoring } from './ignored';
import { RecordedSpokeClient, RecordedSpokes } from './RecordedSpokes';
import type { RecordedCall, Recording } from './recording';
import { RefreshAcknowledger } from './RefreshAcknowledger';
import { accountsOf, seedHub, seedSpokes } from './seeding';
import { type Seeds, seedsOf } from './seeds';
import { type Answer, send } from './send';
import { standIn } from './tokens';

/** So that a recorded wait of half a minute is over soon. */
const TIME_SCALE = 20;

/** The headers that are held against a recording. */
export const COMPARED_HEADERS = [
  'content-type',
  'content-encoding',
  'www-authenticate',
  'location',
  'set-cookie',
  'retry-after',
  'grpc-metadata-content-type',
];

/** A difference with the call that shows it. */
export interface ReplayDifference extends Difference {
  line: number;
  method: string;
  /** path and query of the request */
  url: string;
}

export interface ReplayResult {
  calls: number;
  differences: ReplayDifference[];
}

/** A simulator that begins where a recording does, and stays as it is. */
export class Replay {
  readonly #recording: Recording;
  readonly #ignored: readonly Ignored[];
  readonly #seeds: Seeds;
  readonly #objects: HubObjects;
  readonly #spokes: RecordedSpokes;

  /**
   * Plays a recording and compares every answer.
   *
   * @param options.ignore - paths that are not compared, beside the usual ones
   * @throws an Error when the state of the recording cannot be put in
   */
  static async run(
    recording: Recording,
    options: { ignore?: string[] } = {},
  ): Promise<ReplayResult> {
    return new Replay(recording, options.ignore ?? []).#run();
  }

  private constructor(recording: Recording, ignore: string[]) {
    this.#recording = recording;
    this.#ignored = [...IGNORED, ...ignore.map(ignoring)];
    this.#seeds = seedsOf(recording);
    this.#objects = new HubObjects(recording.state.objects);
    const servers = this.#objects.clusters.map(({ data }) => data.server);
    this.#spokes = new RecordedSpokes(recording, servers);
    for (const [server, version] of this.#seeds.versions) {
      this.#spokes.setVersion(server, version);
    }
  }

  async #run(): Promise<ReplayResult> {
    const simulator = await Simulator.start({
      scenario: this.#scenario(),
      timeScale: TIME_SCALE,
    });
    try {
      const { hub } = simulator;
      const url = this.#objects.setting('url') ?? this.#seeds.url;
      if (url) hub.state.url = url;
      const differences: ReplayDifference[] = [];
      for (const call of this.#recording.calls) {
        differences.push(...(await this.#play(hub, call)));
      }
      return { calls: this.#recording.calls.length, differences };
    } finally {
      await simulator.stop();
    }
  }

  #scenario(): Scenario {
    const spokes = this.#spokes;
    const recording = this.#recording;
    const seeds = this.#seeds;
    const objects = this.#objects;
    return {
      spokes: spokes.names,
      configure: hub => {
        spokes.attach(hub.spokes);
        objects.configure(hub, accountsOf(recording, objects, seeds));
      },
      populate: async hub => {
        objects.restore(hub);
        seedHub(hub, seeds);
        seedSpokes(hub, { recording, spokes, seeds });
      },
      // Controllers would change what was recorded.
      controllers: (hub): Controller[] => [new RefreshAcknowledger(hub.state)],
      createClient: (_, { scaled }) =>
        new RecordedSpokeClient({ spokes, scaled }),
    };
  }

  async #play(hub: Hub, call: RecordedCall): Promise<ReplayDifference[]> {
    if (call.spokes) this.#spokes.set(call.spokes);
    const { method, path } = call.request;
    const isStream = new URL(path, hub.url).pathname.includes('/stream/');
    const token = await standIn(hub, call, this.#seeds.passwords);
    const request = { ...call.request, headers: withToken(call, token) };
    const answer = await send(hub.url, request, {
      isStream,
      addsType: call.response.status !== 415,
    });
    const ignored = [...this.#ignored, ...call.ignore.map(ignoring)];
    const options = { operation: `${method} ${path}`, ignored };
    return differencesOf(call, answer, options).map(difference => ({
      line: call.line,
      method,
      url: path,
      ...difference,
    }));
  }
}

function withToken(
  { request: { headers } }: RecordedCall,
  token: string | undefined,
): Record<string, string> {
  if (token === undefined) return headers;
  if (headers['grpc-metadata-token'] !== undefined) {
    return { ...headers, 'grpc-metadata-token': token };
  }
  if (headers.authorization?.startsWith('Bearer ')) {
    return { ...headers, authorization: `Bearer ${token}` };
  }
  if (headers.cookie?.includes('argocd.token=')) {
    return { ...headers, cookie: `argocd.token=${token}` };
  }
  return { ...headers, authorization: `Bearer ${token}` };
}

function differencesOf(
  { response }: RecordedCall,
  answer: Answer,
  options: { operation: string; ignored: readonly Ignored[] },
): Difference[] {
  const { status, headers, body, events } = response;
  const found = compare(
    status,
    status === undefined ? undefined : answer.status,
    'status',
    options,
  );
  if (headers) {
    found.push(
      ...COMPARED_HEADERS.flatMap(name =>
        compare(
          headers[name],
          answer.headers[name],
          `headers.${name}`,
          options,
        ),
      ),
    );
  }
  const { pathname } = new URL(options.operation.split(' ')[1], 'http://hub');
  if (pathname.includes('/stream/')) {
    const simulated = framesOf(answer.body);
    const recorded = events ? { events } : framesOf(body);
    const framing = events ? {} : { framing: simulated.framing };
    const seen = { ...framing, events: simulated.events };
    return [...found, ...compare(recorded, seen, 'body', options)];
  }
  if (body === undefined) return found;
  return [...found, ...compare(body, answer.body, 'body', options)];
}
