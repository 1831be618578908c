import { act, fireEvent, screen, within } from '@testing-library/react';
import type {
  ClusterSummary,
  FleetDeployment,
} from 'backstage-plugin-argocd-hub-common';
import { ago, cluster, deployment, verdict } from '../../../dev/fixtures/build';
import { agent, prod, renderTab } from '../../../dev/testing/renderTab';

const row = (
  name: string,
  changes: Partial<FleetDeployment> = {},
): FleetDeployment => ({
  ...deployment('prod'),
  name,
  entities: [{ entityRef: 'component:default/agent', mappedBy: [] }],
  ...changes,
});

/** The tab of cluster prod in front of a backend that knows this much. */
function render(
  summary: Partial<ClusterSummary>,
  pages: FleetDeployment[][] = [[row('agent-prod')]],
) {
  const answers = (path: string, given: Partial<ClusterSummary>) => {
    if (!path.includes('/deployments')) {
      return cluster('prod', given);
    }
    const at = Number(/cursor=(\d+)/.exec(path)?.[1] ?? 0);
    const nextCursor = at + 1 < pages.length ? `${at + 1}` : undefined;
    return { items: pages[at], nextCursor };
  };
  const app = renderTab(path => answers(path, summary), { entity: prod });
  const become = (now: Partial<ClusterSummary>) => {
    app.backend.state = path => answers(path, now);
  };
  return { ...app, become };
}

const unreachable = {
  verdict: verdict({
    reachability: 'unreachable',
    reason: 'refused',
    since: ago(12),
    evidence: [
      { kind: 'heartbeat', says: 'reachable', at: ago(13) },
      { kind: 'heartbeat', says: 'unreachable', at: ago(2), reason: 'refused' },
      { kind: 'connection', says: 'reachable', at: ago(3) },
    ],
  }),
};

describe('ClusterDeployments', () => {
  it('says that the cluster answers, how that is known, and what runs there', async () => {
    const { backend } = render({ kubernetesVersion: 'v1.33.1' });
    expect(
      await screen.findByRole('heading', { name: 'prod answers' }),
    ).toBeInTheDocument();
    expect(
      screen.getByText(
        /prod · us-east · 1 application · hub main · Kubernetes v1.33.1/,
      ),
    ).toBeInTheDocument();
    expect(
      screen.getByText('Heartbeat through the hub: answers, just now'),
    ).toBeInTheDocument();
    const table = within(
      screen.getByRole('grid', { name: 'What runs on prod' }),
    );
    const header = within(table.getByRole('rowheader'));
    expect(header.getByText('agent-prod')).toBeInTheDocument();
    expect(header.getByText('agent')).toBeInTheDocument();
    expect(table.getByText('Healthy')).toBeInTheDocument();
    expect(table.getByText('1.4.2')).toBeInTheDocument();
    expect(backend.requests.map(({ url }) => url).sort()).toEqual([
      'http://backend/api/argocd-hub/clusters/main/prod',
      'http://backend/api/argocd-hub/clusters/main/prod/deployments',
    ]);
  });

  it.each<[string, Partial<ClusterSummary>]>([
    ['prod has been unreachable for 12 min: connection refused', unreachable],
    [
      'prod does not answer reliably: no answer in time',
      { verdict: verdict({ reachability: 'suspect', reason: 'timeout' }) },
    ],
    [
      'prod is not monitored, as nothing runs there',
      { verdict: verdict({ reachability: 'not-monitored' }) },
    ],
    [
      'Whether prod answers is not known: nothing to check there',
      { verdict: verdict({ reachability: 'unknown', reason: 'no-probe' }) },
    ],
    [
      'Whether prod answers is not known',
      { verdict: verdict({ reachability: 'unknown' }) },
    ],
  ])('tells: %s', async (text, summary) => {
    render(summary);
    const heading = await screen.findByRole('heading', { name: text });
    expect(heading.parentElement).not.toHaveAttribute('data-tone', 'success');
  });

  it('tells every piece of evidence with its cause, and that Argo CD says otherwise', async () => {
    render(unreachable);
    const [newest] = await screen.findAllByText(/^Heartbeat/);
    const lines = within(newest.closest('ul')!).getAllByRole('listitem');
    expect(lines.map(({ textContent }) => textContent)).toEqual([
      'Heartbeat through the hub: does not answer (connection refused), 2 min ago',
      'Heartbeat through the hub: last answered, 13 min ago',
      "Argo CD's connection state: answers, 3 min ago",
    ]);
  });

  it('says what belongs to no entity, and nothing of what may not be seen', async () => {
    render({}, [
      [
        row('stray', { entities: [], unmapped: { suggestions: [] } }),
        row('hidden', { entities: [] }),
      ],
    ]);
    const stray = await screen.findByRole('rowheader', { name: /^stray/ });
    expect(stray).toHaveTextContent('not mapped to an entity');
    const hidden = screen.getByRole('rowheader', { name: /^hidden/ });
    expect(hidden).not.toHaveTextContent('not mapped');
    expect(within(hidden).queryByRole('link')).not.toBeInTheDocument();
  });

  it('says how many applications there are, and reads the rest when it is wanted', async () => {
    const names = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => row(`app-${from + index}`));
    render({ applications: 60 }, [names(1, 50), names(51, 10)]);
    expect(await screen.findByText('1 to 50 of 60')).toBeInTheDocument();
    fireEvent.click(screen.getByLabelText(/next/i));
    expect(
      await screen.findByText('51 to 60 of 60', {}, { timeout: 15_000 }),
    ).toBeInTheDocument();
    expect(screen.getByText('app-60')).toBeVisible();
    expect(screen.getByLabelText(/next/i)).toBeDisabled();
  }, 60_000);

  it('says that nothing runs there', async () => {
    render({ applications: 0 }, [[]]);
    expect(
      await screen.findByText('No application of hub main goes to prod.'),
    ).toBeInTheDocument();
    expect(screen.queryByRole('grid')).not.toBeInTheDocument();
  });

  it('shows a change soon after any signal, and is not sent again what stays', async () => {
    jest.useFakeTimers({ advanceTimers: true });
    try {
      const { become, signals, backend } = render({});
      await screen.findByRole('heading', { name: 'prod answers' });
      become(unreachable);
      act(() => signals.send({ changeKeys: ['key-of-somebody'] }));
      await act(() => jest.advanceTimersByTimeAsync(3_100));
      expect(
        screen.getByRole('heading', { name: /prod has been unreachable/ }),
      ).toBeInTheDocument();
      const again = backend.requests.slice(2);
      expect(again).toHaveLength(2);
      expect(again.every(({ ifNoneMatch }) => ifNoneMatch)).toBe(true);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([403, 404])('explains a %s without an alarm', async status => {
    renderTab(() => ({ status }), { entity: prod });
    expect(await screen.findByText('Nothing to show here')).toBeInTheDocument();
  });

  it('is not there for a component', async () => {
    const { app } = renderTab(() => ({ status: 404 }), { entity: agent });
    await screen.findByText('Nothing to show here');
    expect(app.container).not.toHaveTextContent('What runs on');
  });
});
