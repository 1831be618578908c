import { mockServices } from '@backstage/backend-test-utils';
import { HubError } from '../hub/HubError';
import type { ArgoApplication, HubClient } from '../hub/types';
import { ApplicationIndex } from './ApplicationIndex';
import { ListReader } from './ListReader';
import type { MirrorContext } from './MirrorContext';
import { TIMING } from './timing';

const TOO_LARGE = new HubError({
  class: 'http',
  status: 429,
  grpcCode: 8,
  message: 'grpc: trying to send message larger than max',
});

const application = (name: string, project: string): ArgoApplication => ({
  metadata: { name, namespace: 'argocd' },
  spec: { project },
});

/** A hub whose lists hold one application, and a mirror that knows two of `big`. */
function given() {
  const applications = [application('a', 'big'), application('b', 'big')];
  const of = (projects?: string[]) =>
    applications.filter(
      ({ spec }) => projects?.includes(spec!.project!) ?? true,
    );
  const asked: (string[] | undefined)[] = [];
  const streamed: (string[] | undefined)[] = [];
  const client: Partial<HubClient> = {
    listProjects: async () =>
      ['default', 'big'].map(name => ({ metadata: { name } })),
    listApplications: async ({ projects, onItem }) => {
      asked.push(projects);
      if (of(projects).length > 1) {
        throw TOO_LARGE;
      }
      for (const one of of(projects)) await onItem(one);
    },
    streamApplications: async ({ projects, signal, onEvent }) => {
      streamed.push(projects);
      for (const one of of(projects)) {
        await onEvent({ type: 'ADDED', application: one });
      }
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    },
  };
  const index = new ApplicationIndex();
  for (const { metadata } of applications) {
    index.set(`argocd/${metadata.name}`, { digest: '', project: 'big' });
  }
  const reader = new ListReader({
    context: {
      hub: { name: 'main', relistMs: 60_000 },
      client,
      annotations: [],
      timing: TIMING,
      logger: mockServices.logger.mock(),
      signal: new AbortController().signal,
    } as unknown as MirrorContext,
    index,
    status: { isComplete: true, skip: () => {} } as never,
    burstEnded: () => true,
  });
  const read = async () => {
    const reading = reader.read('v3.5.1');
    // Until the stream is silent for long enough.
    for (let second = 0; second < 70; second += 1) {
      await jest.advanceTimersByTimeAsync(1_000);
    }
    return reading;
  };
  return { applications, asked, streamed, read };
}

describe('ListReader', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('lists a project again that was too large and says nothing any more', async () => {
    const { applications, asked, read } = given();
    expect(await read()).toMatchObject({ tooLarge: ['big'], isFull: true });

    applications.splice(0);
    await jest.advanceTimersByTimeAsync(10 * 60_000);
    const silent = await read();
    // Nothing is wrong with the hub, and nothing is known of the project.
    expect(silent).toMatchObject({ missing: [], isFull: false, isSure: false });
    expect(silent.failure).toBeUndefined();

    asked.splice(0);
    const listed = await read();
    expect(asked.flat()).toContain('big');
    expect(listed).toMatchObject({
      missing: ['argocd/a', 'argocd/b'],
      isFull: true,
      tooLarge: [],
    });
  });

  it('calls the roll of a project anew that was listed in between', async () => {
    const { applications, streamed, read } = given();
    await read();
    await jest.advanceTimersByTimeAsync(10 * 60_000);
    const [a, b] = applications;
    applications.splice(0);
    await read();
    applications.push(a);
    expect(await read()).toMatchObject({ tooLarge: [], isFull: true });
    applications.push(b);
    streamed.splice(0);
    expect(await read()).toMatchObject({ tooLarge: ['big'], isFull: true });
    expect(streamed).toEqual([['big']]);
  });
});
