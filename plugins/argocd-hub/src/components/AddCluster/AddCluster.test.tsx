import { act, screen } from '@testing-library/react';
import { answer, cluster, deployment } from '../../../dev/fixtures/build';
import { renderTab } from '../../../dev/testing/renderTab';

const data = answer({
  deployments: [deployment('prod')],
  clusters: [cluster('prod')],
});

async function offers(options: Parameters<typeof renderTab>[1]) {
  renderTab(() => data, options);
  await screen.findByRole('heading', { name: 'Healthy on 1 cluster' });
  // Who may do what is answered after the deployments.
  await act(() => new Promise(resolve => setTimeout(resolve, 200)));
  return screen.queryAllByRole('link', { name: 'Add a cluster' }).length;
}

describe('AddCluster', () => {
  it('is not offered to those who may not register clusters', async () => {
    expect(await offers({ mayAdd: false })).toBe(0);
  });

  const dangerously = { dangerouslyAllowWritesWithoutPermissions: true };

  it.each([
    ['on', { permission: { enabled: true } }, 1],
    ['off', { permission: { enabled: false } }, 0],
    ['not configured', {}, 0],
    ['off and writing allowed all the same', { argocdHub: dangerously }, 1],
  ])('with the permission framework %s', async (_, config, count) => {
    expect(await offers({ config })).toBe(count);
  });
});
