import { act, screen } from '@testing-library/react';
import { answer, cluster, deployment } from '../../../dev/fixtures/build';
import { renderTab } from '../../../dev/testing/renderTab';

// Alone in its file: `usePermission` keeps decisions for all tests of one.
it('is not offered to those who may not register clusters', async () => {
  const data = answer({
    deployments: [deployment('prod')],
    clusters: [cluster('prod')],
  });
  renderTab(() => data, { mayAdd: false });
  await screen.findByRole('heading', { name: 'Healthy on 1 cluster' });
  // Who may do what is answered after the deployments.
  await act(() => new Promise(resolve => setTimeout(resolve, 500)));
  expect(
    screen.queryByRole('link', { name: 'Add a cluster' }),
  ).not.toBeInTheDocument();
});
