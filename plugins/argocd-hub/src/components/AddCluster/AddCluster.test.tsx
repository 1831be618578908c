import { act, screen } from '@testing-library/react';
import { answer, cluster, deployment } from '../../../dev/fixtures/build';
import { renderTab } from '../../../dev/testing/renderTab';

const data = answer({
  deployments: [deployment('prod')],
  clusters: [cluster('prod')],
});

const LINK = { name: 'Add a cluster' };

async function open(options: Parameters<typeof renderTab>[1]) {
  renderTab(() => data, options);
  await screen.findByRole('heading', { name: 'Healthy on 1 cluster' });
}

/** Who may do what is answered after the deployments. */
async function permissionsAreAsked() {
  await act(() => new Promise(resolve => setTimeout(resolve, 500)));
}

describe('AddCluster', () => {
  const dangerously = { dangerouslyAllowWritesWithoutPermissions: true };

  it.each([
    ['on', { permission: { enabled: true } }],
    ['off and writing allowed all the same', { argocdHub: dangerously }],
  ])('is offered with the permission framework %s', async (_, config) => {
    await open({ config });
    const link = await screen.findByRole('link', LINK, { timeout: 10_000 });
    expect(link).toBeVisible();
  });

  it.each([
    ['off', { permission: { enabled: false } }],
    ['not configured', {}],
  ])('is not offered with the permission framework %s', async (_, config) => {
    await open({ config });
    await permissionsAreAsked();
    expect(screen.queryByRole('link', LINK)).not.toBeInTheDocument();
  });
});
