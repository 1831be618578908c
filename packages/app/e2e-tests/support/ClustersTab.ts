import { expect, Locator, Page } from '@playwright/test';

/** The tab Clusters of component agent, as a person reads it. */
export class ClustersTab {
  readonly path = '/catalog/default/component/agent/clusters';
  /** What the tab asks of the backend. */
  readonly route = '/argocd-hub/entities/component/default/agent/deployments';
  readonly page: Page;
  readonly headline: Locator;
  readonly table: Locator;
  readonly addCluster: Locator;

  constructor(page: Page) {
    this.page = page;
    this.headline = page.getByRole('heading', {
      level: 2,
      name: /healthy|unknown/i,
    });
    this.table = page.getByRole('grid', { name: 'Deployments of agent' });
    this.addCluster = page.getByRole('link', { name: 'Add a cluster' });
  }

  /** Opens the tab from the catalog's page of the component. */
  async open() {
    await this.page.getByRole('link', { name: 'Agent', exact: true }).click();
    await this.page.getByRole('link', { name: 'Clusters' }).click();
    await expect(this.table).toBeVisible();
  }

  row(cluster: string): Locator {
    const header = this.page.getByRole('rowheader', {
      name: new RegExp(`^${cluster}\\b`),
    });
    return this.table.getByRole('row').filter({ has: header });
  }

  /** Names of the clusters, in the order of the rows. */
  async clusters(): Promise<string[]> {
    const headers = await this.table.getByRole('rowheader').allInnerTexts();
    return headers.map(text => text.split('\n')[0].trim());
  }

  /** The cell below "Health". */
  health(cluster: string): Locator {
    return this.row(cluster).getByRole('gridcell').nth(0);
  }

  /** The cell below "Sync". */
  sync(cluster: string): Locator {
    return this.row(cluster).getByRole('gridcell').nth(1);
  }

  /** Waits until the chips of a row say this. */
  async expectStatus(
    cluster: string,
    status: { health: string; sync: string },
    options?: { timeout: number },
  ) {
    const chip = (cell: Locator, text: string) =>
      expect(cell.getByText(text, { exact: true })).toBeVisible(options);
    await chip(this.health(cluster), status.health);
    await chip(this.sync(cluster), status.sync);
  }
}
