import { TestApiProvider } from '@backstage/frontend-test-utils';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { act, renderHook } from '@testing-library/react';
import {
  ArgocdHubClient,
  type EntityDeployments,
} from 'backstage-plugin-argocd-hub-common';
import type { PropsWithChildren } from 'react';
import { FakeBackend } from '../../dev/testing/backend';
import { FakeSignals } from '../../dev/testing/renderTab';
import { argocdHubApiRef } from '../api/argocdHubApiRef';
import { useEntityDeployments } from './useEntityDeployments';

const ENTITY = 'component:default/agent';

const answer = (version: string, changeKey = 'key-agent') =>
  ({ version, changeKey, deployments: [] } as unknown as EntityDeployments);

/** The hook in front of a backend, with or without signals. */
function setUp(options: { withSignals?: boolean } = {}) {
  const { withSignals = true } = options;
  const backend = new FakeBackend(() => answer('1'));
  const held: Promise<void>[] = [];
  const signals = new FakeSignals();
  const client = new ArgocdHubClient({
    discoveryApi: { getBaseUrl: async () => 'http://backend' },
    fetchApi: {
      fetch: async (...given) => {
        const response = await backend.fetch(...given);
        await held.shift();
        return response;
      },
    },
  });
  const wrapper = ({ children }: PropsWithChildren<{}>) => (
    <TestApiProvider
      apis={[
        [argocdHubApiRef, client],
        ...(withSignals ? [[signalApiRef, signals] as const] : []),
      ]}
    >
      {children}
    </TestApiProvider>
  );
  const hook = renderHook(({ entityRef }) => useEntityDeployments(entityRef), {
    wrapper,
    initialProps: { entityRef: ENTITY },
  });
  return {
    backend,
    signals,
    /** Answers are made at once, and each arrives when its promise here allows it. */
    held,
    show: (entityRef: string) => hook.rerender({ entityRef }),
    version: () => hook.result.current.data?.version,
  };
}

const pass = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));

describe('useEntityDeployments', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it.each([
    ['whose signal got lost', true],
    ['where there are no signals at all', false],
  ])('finds a change %s by asking with its version', async (_, withSignals) => {
    const { backend, version } = setUp({ withSignals });
    await pass(0);
    expect(version()).toBe('1');
    await pass(10_000);
    expect(version()).toBe('1');

    backend.state = () => answer('2');
    await pass(10_000);

    expect(version()).toBe('2');
    expect(backend.requests.map(({ ifNoneMatch }) => ifNoneMatch)).toEqual([
      null,
      'W/"1"',
      'W/"1"',
    ]);
  });

  it('asks nothing after a signal while nobody looks, and at once when somebody does', async () => {
    const { backend, signals, version } = setUp();
    await pass(0);
    const visibility = jest.spyOn(document, 'visibilityState', 'get');
    const become = (state: DocumentVisibilityState) => {
      visibility.mockReturnValue(state);
      act(() => {
        document.dispatchEvent(new Event('visibilitychange'));
      });
    };
    try {
      become('hidden');
      backend.state = () => answer('2');
      act(() => signals.send({ changeKeys: ['key-agent'] }));
      await pass(60_000);
      expect(backend.requests).toHaveLength(1);

      become('visible');
      await pass(0);
      expect(version()).toBe('2');
    } finally {
      visibility.mockRestore();
    }
  });

  it('shows a change within a second of its signal', async () => {
    const { backend, signals, version } = setUp();
    await pass(0);
    backend.state = () => answer('2');
    act(() => signals.send({ changeKeys: ['key-agent'] }));
    await pass(1_000);
    expect(version()).toBe('2');
  });

  it('asks again when a signal comes before the first answer, which may be of before', async () => {
    const { backend, signals, held, version } = setUp();
    let arrive = () => {};
    const arrived = new Promise<void>(resolve => {
      arrive = resolve;
    });
    held.push(arrived);
    await pass(10);
    backend.state = () => answer('2');
    act(() => signals.send({ changeKeys: ['key-agent'] }));
    arrive();
    await pass(0);
    expect(version()).toBe('1');
    await pass(1_000);
    expect(version()).toBe('2');
  });

  it('heeds signals of the entity that it shows now', async () => {
    const { backend, signals, show, version } = setUp();
    await pass(0);
    backend.state = () => answer('other', 'key-other');
    show('component:default/other');
    await pass(1_000);
    expect(version()).toBe('other');
    const { length } = backend.requests;

    act(() => signals.send({ changeKeys: ['key-agent'] }));
    await pass(1_500);
    expect(backend.requests).toHaveLength(length);

    backend.state = () => answer('newer', 'key-other');
    act(() => signals.send({ changeKeys: ['key-other'] }));
    await pass(1_000);
    expect(version()).toBe('newer');
  });
});
