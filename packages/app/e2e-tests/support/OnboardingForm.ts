import { expect, Locator, Page } from '@playwright/test';

/** The template "Onboard a spoke", as a person fills it. */
export class OnboardingForm {
  readonly page: Page;
  /** What stands where a kubeconfig was pasted. */
  readonly credential: Locator;
  readonly result: Locator;

  constructor(page: Page) {
    this.page = page;
    this.credential = page.getByRole('group', { name: 'Kubeconfig' });
    this.result = page.getByText('is registered with hub').first();
  }

  async fillCluster(options: { name: string; env: string; region: string }) {
    const { page } = this;
    await expect(
      page.getByRole('heading', { name: 'Onboard a spoke' }),
    ).toBeVisible();
    await page
      .getByRole('textbox', { name: 'Name', exact: true })
      .fill(options.name);
    await page.getByLabel('Value of env').fill(options.env);
    await page.getByLabel('Value of region').fill(options.region);
  }

  async next() {
    await this.page.getByRole('button', { name: 'Next' }).click();
  }

  async fillCredential(kubeconfig: string) {
    await this.page.getByLabel('Kubeconfig').fill(kubeconfig);
  }

  async review() {
    await this.page.getByRole('button', { name: 'Review' }).click();
  }

  async create() {
    await this.page.getByRole('button', { name: 'Create' }).click();
  }
}
