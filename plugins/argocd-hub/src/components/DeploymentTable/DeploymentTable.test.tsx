import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, cluster, deployment } from '../../../dev/fixtures/build';
import { renderTab } from '../../../dev/testing/renderTab';

const names = Array.from({ length: 60 }, (_, index) => `edge-${index + 1}`);

describe('DeploymentTable', () => {
  it('pages many deployments and says so when the answer holds not all', async () => {
    const data = answer({
      deployments: names.map(name => deployment(name)),
      clusters: names.map(name => cluster(name)),
      changes: { nextCursor: 'more' },
    });
    data.rollup.deployments = 900;
    renderTab(() => data);
    expect(await screen.findByText('1 to 50 of 60')).toBeInTheDocument();
    expect(
      screen.getByText('The first 60 of 900 deployments are listed.'),
    ).toBeInTheDocument();
    expect(screen.getAllByText(/^edge-\d+$/, { selector: 'a' })).toHaveLength(
      50,
    );

    await userEvent.click(screen.getByLabelText(/next/i));
    expect(await screen.findByText('51 to 60 of 60')).toBeInTheDocument();
    expect(screen.getAllByText(/^edge-\d+$/, { selector: 'a' })).toHaveLength(
      10,
    );
    expect(screen.getByText('edge-60', { selector: 'a' })).toBeVisible();
  });
});
