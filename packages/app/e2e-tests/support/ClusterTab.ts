import { expect, Locator, Page } from '@playwright/test';

/** The tab Deployments of a cluster's entity, as a person reads it. */
export class ClusterTab {
  readonly path: string;
  readonly headline: Locator;
  readonly evidence: Locator;
  readonly table: Locator;

  constructor(page: Page, cluster: string) {
    this.path = `/catalog/default/resource/${cluster}/deployments`;
    this.headline = page.getByRole('heading', {
      level: 2,
      name: new RegExp(`\\b${cluster} (answers|has|is|does)\\b`),
    });
    this.evidence = page.getByRole('listitem').filter({ hasText: 'Heartbeat' });
    this.table = page.getByRole('grid', { name: `What runs on ${cluster}` });
  }

  row(application: string): Locator {
    return this.table.getByRole('row', { name: new RegExp(`^${application}`) });
  }

  async expectHealth(
    application: string,
    health: string,
    options?: { timeout: number },
  ) {
    const cell = this.row(application).getByRole('gridcell').nth(0);
    await expect(cell.getByText(health, { exact: true })).toBeVisible(options);
  }
}
