import { screen } from '@testing-library/react';
import { agent, renderTab } from '../dev/testing/renderTab';

describe('plugin', () => {
  it('adds the tab to components only', async () => {
    const entity = { ...agent, kind: 'System' };
    const { backend } = renderTab(() => undefined, { entity });
    expect(await screen.findByTestId('empty-entity-page')).toBeInTheDocument();
    expect(backend.requests).toEqual([]);
  });
});
