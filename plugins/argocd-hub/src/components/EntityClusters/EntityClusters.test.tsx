import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import { ago } from '../../../dev/fixtures/build';
import { STATES } from '../../../dev/fixtures/states';
import { renderTab } from '../../../dev/testing/renderTab';

function answerOf(name: string): EntityDeployments {
  const state = STATES[name]();
  if (!state || state instanceof Error) {
    throw new Error(`${name} is no answer`);
  }
  return state;
}

const render = (name: string) => renderTab(() => answerOf(name));

describe('EntityClusters', () => {
  it('says in words how the entity is, and shows a row per cluster in order', async () => {
    const { backend } = render('healthy');
    expect(
      await screen.findByRole('heading', { name: 'Healthy on all 3 clusters' }),
    ).toBeInTheDocument();
    const headers = screen.getAllByRole('rowheader');
    expect(
      headers.map(header => within(header).getByRole('link').textContent),
    ).toEqual(['staging', 'prod', 'dr']);
    expect(screen.getByText('Live from Demo hub')).toBeInTheDocument();
    expect(backend.requests[0].url).toBe(
      'http://backend/api/argocd-hub/entities/component/default/agent/deployments',
    );
  });

  it('shows of a row state, version, age and links', async () => {
    render('healthy');
    const prod = within(await screen.findByRole('row', { name: /prod/ }));
    expect(prod.getByText('prod · us-east')).toBeInTheDocument();
    expect(prod.getByText('Healthy')).toBeInTheDocument();
    expect(prod.getByText('Synced')).toBeInTheDocument();
    expect(prod.getByText('1.4.2')).toBeInTheDocument();
    expect(prod.getByText('3f2c9d1')).toBeInTheDocument();
    expect(
      prod.getByText('Answer health checks while draining — Ada Byron'),
    ).toBeInTheDocument();
    expect(prod.getByText('3 hr ago')).toHaveAttribute('title');
    expect(
      prod.getByRole('link', { name: 'Open agent-prod in Argo CD' }),
    ).toHaveAttribute(
      'href',
      'https://argocd.example.com/applications/argocd/agent-prod',
    );
    expect(
      prod.getByRole('link', { name: /^agent-prod.example.com/ }),
    ).toHaveAttribute('href', 'https://agent-prod.example.com');
  });

  it('shows an unreachable cluster as Unknown, with what was and why', async () => {
    render('prod-unreachable');
    expect(
      await screen.findByRole('heading', {
        name: 'Healthy on 2 of 3 clusters; prod has been unreachable for 12 min',
      }),
    ).toBeInTheDocument();
    const prod = within(screen.getByRole('row', { name: /prod/ }));
    expect(prod.getAllByText('Unknown')).toHaveLength(2);
    expect(prod.queryByText('Healthy')).not.toBeInTheDocument();
    expect(
      prod.getByText(
        /^was Healthy until \d\d:\d\d — cluster unreachable \(connection refused\)$/,
      ),
    ).toBeInTheDocument();
    expect(prod.getByText('Unreachable for 12 min')).toBeInTheDocument();
    const staging = within(screen.getByRole('row', { name: /staging/ }));
    expect(staging.getByText('Healthy')).toBeInTheDocument();
  });

  it('shows the last known state with its age while the hub is down', async () => {
    render('hub-down');
    expect(
      await screen.findByText('Demo hub does not answer'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/^What you see is as of \d\d:\d\d, 12 min ago\.$/),
    ).toBeInTheDocument();
    expect(screen.getAllByRole('rowheader')).toHaveLength(3);
    expect(screen.queryByText('Healthy')).not.toBeInTheDocument();
  });

  it('costs only its own rows when one of two hubs is down', async () => {
    render('one-hub-down');
    expect(
      await screen.findByText('Hub Europe does not answer'),
    ).toBeInTheDocument();
    const staging = within(screen.getByRole('row', { name: /staging/ }));
    expect(staging.getByText('Healthy')).toBeInTheDocument();
    const prod = within(screen.getByRole('row', { name: /prod/ }));
    expect(
      prod.getByText('prod · us-east · on Hub Europe'),
    ).toBeInTheDocument();
    expect(prod.queryByText('Healthy')).not.toBeInTheDocument();
  });

  const toneOf = (heading: HTMLElement) =>
    heading.closest('[data-tone]')?.getAttribute('data-tone');

  it.each([
    ['healthy', 'success'],
    ['hubs-never-read', 'neutral'],
    ['lagging', 'neutral'],
    ['unverified', 'neutral'],
  ])('gives the head line of %s the tone %s', async (state, tone) => {
    render(state);
    expect(
      toneOf(await screen.findByRole('heading', { name: /^Healthy on/ })),
    ).toBe(tone);
  });

  it('does not vouch for rows of further pages', async () => {
    renderTab(() => ({ ...answerOf('healthy'), nextCursor: 'more' }));
    expect(
      toneOf(await screen.findByRole('heading', { name: /^Healthy on/ })),
    ).toBe('neutral');
  });

  it('says that nothing is known of a hub that was never read, and why', async () => {
    render('hubs-never-read');
    expect(
      await screen.findByRole('heading', {
        name: 'Healthy on 3 known clusters; Hub Edge and Hub Three could not be read',
      }),
    ).toBeInTheDocument();
    const edge = screen.getByText('Nothing is known of Hub Edge yet');
    expect(edge.closest('[role=status]')).toHaveTextContent(
      'The credentials for it are missing or refused. What runs there is missing here.',
    );
    const third = screen.getByText('Nothing is known of Hub Three yet');
    expect(third.closest('[role=status]')).toHaveTextContent(
      /Its certificate cannot be verified/,
    );
    expect(screen.queryByText(/last known state/)).not.toBeInTheDocument();
    expect(screen.getByText('Live from Demo hub')).toHaveAttribute(
      'data-live',
      'false',
    );
  });

  it.each([
    ['of now', 1, /^It refuses connections\. What you see is as of/],
    ['that is over', 30, /^What you see is as of \d\d:\d\d, 12 min ago\.$/],
  ])('tells why a known hub is away by an error %s', async (_, age, text) => {
    const data = answerOf('hub-down');
    const lastError = { class: 'refused', at: ago(age) } as const;
    renderTab(() => ({ ...data, hubs: [{ ...data.hubs[0], lastError }] }));
    expect(await screen.findByText(text)).toBeInTheDocument();
  });

  it('shows in no colour what could not be verified', async () => {
    render('unverified');
    expect(await screen.findAllByText('not verified')).toHaveLength(6);
    for (const chip of [
      ...screen.getAllByText('Healthy'),
      ...screen.getAllByText('Synced'),
    ]) {
      expect(chip).toHaveAttribute('data-tone', 'neutral');
    }
  });

  it('shows operations, skew, suspicion, pauses and what is not verified', async () => {
    render('rollout');
    const staging = within(await screen.findByRole('row', { name: /staging/ }));
    expect(staging.getByText('syncing for 42 sec')).toBeInTheDocument();
    expect(staging.getByText('1.5.0 +1')).toBeInTheDocument();
    const prod = within(screen.getByRole('row', { name: /prod/ }));
    expect(prod.getByText('Out of sync')).toBeInTheDocument();
    expect(prod.getByText('last sync failed 20 min ago')).toBeInTheDocument();
    expect(
      prod.getByText('Differs: 1.4.2 here, 1.5.0 elsewhere'),
    ).toBeInTheDocument();
    expect(prod.getByText('Not answering reliably')).toBeInTheDocument();
    const dr = within(screen.getByRole('row', { name: /dr/ }));
    expect(dr.getAllByText('not verified')).toHaveLength(2);
    expect(dr.getByText('Draining')).toBeInTheDocument();
    expect(dr.getByText('not known')).toBeInTheDocument();
  });

  it('tells in the details all that Argo CD says', async () => {
    render('rollout');
    await userEvent.click(
      await screen.findByRole('button', { name: 'Details of agent-prod' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('SyncError')).toBeInTheDocument();
    expect(dialog.getByText(/exceeded quota: team/)).toBeInTheDocument();
    expect(
      dialog.getByText('argocd-hub/applicationset: agent-multi-cluster'),
    ).toBeInTheDocument();
  });

  it('takes texts and addresses of others for what they are', async () => {
    const { app } = render('hostile');
    await screen.findByText('The hub knows no such cluster');
    expect(app.container.querySelector('img[src="x"]')).toBeNull();
    expect(app.container.querySelector('a[href^="javascript"]')).toBeNull();
    expect(screen.queryByText(/Add a cluster</)).not.toBeInTheDocument();
    expect(screen.getByText('2 more')).toBeInTheDocument();
  });

  it('tells how to map an entity, ready to copy', async () => {
    const user = userEvent.setup();
    const execCommand = jest.fn(() => true);
    Object.assign(document, { execCommand });
    render('not-mapped');
    expect(
      await screen.findByRole('heading', { name: /^Not mapped/ }),
    ).toBeInTheDocument();
    expect(screen.getByText('argocd/app-name: agent')).toBeInTheDocument();
    await user.click(
      screen.getByRole('button', {
        name: 'Copy argocd-hub/applicationset: agent',
      }),
    );
    expect(await screen.findByText('Copied')).toBeInTheDocument();
    expect(execCommand).toHaveBeenCalledWith('copy');
    expect(screen.queryByRole('grid')).not.toBeInTheDocument();
  });

  it('tells which annotation cannot be followed', async () => {
    render('refused');
    expect(
      await screen.findByText('argocd/app-selector: app=a b'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/“app=a b” cannot be read\. Write it as/),
    ).toBeInTheDocument();
  });

  it('tells what was looked for when nothing is found', async () => {
    render('nothing-found');
    expect(await screen.findByText('No application found')).toBeInTheDocument();
    expect(
      screen.getByText('argocd-hub/applicationset: agent-multi-cluster'),
    ).toBeInTheDocument();
    expect(screen.queryByText(/could not be read/)).not.toBeInTheDocument();
  });

  it('does not claim that nothing is there while a hub is first read', async () => {
    render('first-reading');
    expect(
      await screen.findByText('Demo hub is being read for the first time'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/could not be read completely/),
    ).toBeInTheDocument();
  });

  it('keeps the place with a skeleton while it loads', async () => {
    renderTab(() => undefined);
    expect(await screen.findByText('Loading deployments')).toBeInTheDocument();
    expect(screen.queryByRole('grid')).not.toBeInTheDocument();
    expect(screen.queryByText(/^Live from/)).not.toBeInTheDocument();
  });

  it.each([403, 404])('explains a %s without an alarm', async status => {
    renderTab(() => ({ status }));
    expect(await screen.findByText('Nothing to show here')).toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it.each([403, 404])(
    'takes the rows away when a %s says that they may not be seen any more',
    async status => {
      const { backend, signals } = render('healthy');
      await screen.findByRole('heading', { name: 'Healthy on all 3 clusters' });

      backend.state = () => ({ status });
      act(() => signals.send({ changeKeys: ['key-agent'] }));

      expect(
        await screen.findByText('Nothing to show here'),
      ).toBeInTheDocument();
      expect(screen.queryByRole('grid')).not.toBeInTheDocument();
      expect(screen.queryByRole('rowheader')).not.toBeInTheDocument();
    },
  );

  it('loads again on request after a failure', async () => {
    const { backend } = renderTab(() => ({ status: 503 }));
    const retry = await screen.findByRole('button', { name: 'Try again' });
    expect(screen.getByRole('alert')).toHaveTextContent(
      'The deployments could not be loaded',
    );
    backend.state = () => answerOf('healthy');
    await userEvent.click(retry);
    expect(
      await screen.findByRole('heading', { name: 'Healthy on all 3 clusters' }),
    ).toBeInTheDocument();
  });

  it('opens the onboarding template, filled in', async () => {
    render('healthy');
    const link = await screen.findByRole('link', { name: 'Add a cluster' });
    const url = new URL(link.getAttribute('href')!, 'http://app');
    expect(url.pathname).toBe('/create/templates/default/onboard-spoke');
    expect(JSON.parse(url.searchParams.get('formData')!)).toEqual({
      labels: { 'deploy.agent': 'true' },
      destinationNamespaces: ['agent'],
      entityRef: 'component:default/agent',
    });
  });

  it('refreshes after a signal that names it, and only then', async () => {
    const { backend, signals } = render('healthy');
    await screen.findByRole('heading', { name: 'Healthy on all 3 clusters' });
    signals.send({ changeKeys: ['key-of-another'] });
    signals.send({ unexpected: true });
    await new Promise(resolve => setTimeout(resolve, 1_100));
    expect(backend.requests).toHaveLength(1);

    backend.state = () => ({ ...answerOf('prod-unreachable'), version: '2' });
    act(() => signals.send({ changeKeys: ['key-of-another', 'key-agent'] }));
    expect(
      await screen.findByRole('heading', { name: /prod has been unreachable/ }),
    ).toBeInTheDocument();
    expect(backend.requests[1].ifNoneMatch).toBe('W/"1"');
  });

  it('keeps what it has when nothing changed, and stops with the tab', async () => {
    const { backend, signals, app } = render('healthy');
    await screen.findByRole('heading', { name: 'Healthy on all 3 clusters' });
    act(() => signals.send({ changeKeys: ['key-agent'] }));
    await waitFor(() => expect(backend.requests).toHaveLength(2));
    expect(
      screen.getByRole('heading', { name: 'Healthy on all 3 clusters' }),
    ).toBeInTheDocument();
    app.unmount();
    expect(signals.listening).toBe(false);
  });

  it('asks again when the browser tab comes to the front', async () => {
    const { backend } = render('healthy');
    await screen.findByRole('heading', { name: 'Healthy on all 3 clusters' });
    act(() => {
      window.dispatchEvent(new Event('focus'));
    });
    await waitFor(() => expect(backend.requests).toHaveLength(2));
  });

  it('keeps the rows without colour while the backend is away, and recovers', async () => {
    jest.useFakeTimers({ advanceTimers: true });
    try {
      const { backend } = render('healthy');
      await screen.findByRole('heading', { name: 'Healthy on all 3 clusters' });
      expect(screen.getAllByText('Healthy')[0]).toHaveAttribute(
        'data-tone',
        'success',
      );

      backend.state = () => ({ status: 503 });
      await act(() => jest.advanceTimersByTimeAsync(35_000));
      expect(screen.getByText('Updates have stopped')).toBeInTheDocument();
      expect(screen.getAllByText('Healthy')[0]).toHaveAttribute(
        'data-tone',
        'neutral',
      );

      backend.state = () => answerOf('healthy');
      await act(() => jest.advanceTimersByTimeAsync(60_000));
      expect(
        screen.queryByText('Updates have stopped'),
      ).not.toBeInTheDocument();
    } finally {
      jest.useRealTimers();
    }
  });
});
