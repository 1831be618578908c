import { fireEvent, screen } from '@testing-library/react';
import { answer, cluster, deployment } from '../../../dev/fixtures/build';
import { renderTab } from '../../../dev/testing/renderTab';

/** Rows `from` to `to` of a service with 70 deployments. */
function pageOf(from: number, to: number, nextCursor?: string) {
  const names = Array.from(
    { length: to - from + 1 },
    (_, index) => `edge-${from + index}`,
  );
  const data = answer({
    deployments: names.map(name => deployment(name)),
    clusters: names.map(name => cluster(name)),
    changes: { version: `${from}`, nextCursor },
  });
  const all = { deployments: 70, clusters: 70, healthyClusters: 70 };
  Object.assign(data.rollup, { ...all, byHealth: { Healthy: 70 } });
  return data;
}

const next = () => screen.getByLabelText(/next/i);

describe('DeploymentTable', () => {
  it('says how many deployments there are, and reads the rest when it is wanted', async () => {
    const { backend } = renderTab(path =>
      path.includes('cursor=more') ? pageOf(51, 70) : pageOf(1, 50, 'more'),
    );
    expect(await screen.findByText('1 to 50 of 70')).toBeInTheDocument();
    const pagesAsked = () =>
      backend.requests.filter(({ url }) => url.includes('?cursor=more'));
    expect(pagesAsked()).toHaveLength(0);
    const headline = () =>
      screen.getByRole('heading', { name: 'Healthy on all 70 clusters' })
        .parentElement;
    expect(headline()).toHaveAttribute('data-tone', 'neutral');

    fireEvent.click(next());
    expect(
      await screen.findByText('51 to 70 of 70', {}, { timeout: 10_000 }),
    ).toBeInTheDocument();
    expect(screen.getByText('edge-70', { selector: 'a' })).toBeVisible();
    expect(next()).toBeDisabled();
    expect(pagesAsked().length).toBeGreaterThan(0);
    // All of them were read: now it can be vouched for.
    expect(headline()).toHaveAttribute('data-tone', 'success');
  }, 60_000);

  it('says that more is being read, and goes nowhere until it is there', async () => {
    renderTab(path =>
      path.includes('cursor=more') ? undefined : pageOf(1, 50, 'more'),
    );
    await screen.findByText('1 to 50 of 70');
    fireEvent.click(next());
    expect(
      await screen.findByText('1 to 50 of 70, reading more'),
    ).toBeInTheDocument();
    expect(next()).toBeDisabled();
    expect(screen.getByText('edge-50', { selector: 'a' })).toBeVisible();
  }, 60_000);

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
