import { screen } from '@testing-library/react';
import { answer, cluster, deployment } from '../../../dev/fixtures/build';
import { renderTab } from '../../../dev/testing/renderTab';

describe('AddCluster', () => {
  it('is not offered to those who may not register clusters', async () => {
    const data = answer({
      deployments: [deployment('prod')],
      clusters: [cluster('prod')],
    });
    renderTab(() => data, { mayAdd: false });
    await screen.findByRole('heading', { name: 'Healthy on 1 cluster' });
    expect(
      screen.queryByRole('link', { name: 'Add a cluster' }),
    ).not.toBeInTheDocument();
  });
});
