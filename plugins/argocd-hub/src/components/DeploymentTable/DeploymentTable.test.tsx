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

  it('tells of every image that differs', async () => {
    const errors = jest.spyOn(console, 'error').mockImplementation();
    const skew = ['web', 'worker'].map(image => ({
      from: 'majority' as const,
      field: 'image' as const,
      expected: `example/${image}:2`,
      actual: `example/${image}:1`,
    }));
    renderTab(() =>
      answer({
        deployments: [deployment('prod', { skew })],
        clusters: [cluster('prod')],
      }),
    );
    expect(
      await screen.findAllByText('Differs: 1 here, 2 elsewhere'),
    ).toHaveLength(2);
    expect(errors.mock.calls.map(([text]) => String(text))).not.toContainEqual(
      expect.stringContaining('same key'),
    );
    errors.mockRestore();
  });
});
