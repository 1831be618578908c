import { AxeBuilder } from '@axe-core/playwright';
import { expect, Page, test as base } from '@playwright/test';
import { join } from 'node:path';
import { Demo } from './Demo';

export { expect } from '@playwright/test';

/** A test with a demo of its own file, and a page that is signed in. */
export const test = base.extend<{ guest: Page }, { demo: Demo }>({
  demo: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, provide) => {
      const demo = await Demo.start();
      await provide(demo);
      await demo.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  guest: async ({ page, demo }, provide) => {
    await page.goto(demo.url);
    await page.getByRole('button', { name: 'Enter' }).click();
    // Leaving before the catalog is there would lose the sign-in.
    await expect(
      page.getByRole('link', { name: 'Agent', exact: true }),
    ).toBeVisible();
    await provide(page);
  },
});

const SIZES = [
  { width: 1280, height: 800 },
  { width: 360, height: 740 },
];

/**
 * Looks at the page in light and dark, wide and narrow: keeps a screenshot of
 * each for people, and lets axe judge what a machine can.
 */
export async function look(page: Page, name: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await expect(page.locator('body')).toHaveAttribute(
        'data-theme-mode',
        colorScheme,
      );
      await page.screenshot({
        path: join(
          __dirname,
          '..',
          'screenshots',
          `${name}-${colorScheme}-${size.width}.png`,
        ),
        animations: 'disabled',
      });
      const { violations } = await new AxeBuilder({ page })
        .include('main')
        .analyze();
      const found = violations.map(({ id, nodes }) => [
        id,
        ...nodes.map(({ html }) => html),
      ]);
      expect.soft(found, `${name}, ${colorScheme}, ${size.width}`).toEqual([]);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(SIZES[0]);
}
