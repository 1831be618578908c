import { AxeBuilder } from '@axe-core/playwright';
import {
  expect,
  type Locator,
  type Page,
  test as base,
} from '@playwright/test';
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
    const uncaught: string[] = [];
    page.on('pageerror', ({ message }) => uncaught.push(message));
    await page.goto(demo.url);
    await page.getByRole('button', { name: 'Enter' }).click();
    // Leaving before the catalog is there would lose the sign-in.
    await expect(
      page.getByRole('link', { name: 'Agent', exact: true }),
    ).toBeVisible();
    await provide(page);
    expect(uncaught).toEqual([]);
  },
});

const SIZES = [
  { width: 1280, height: 800 },
  { width: 360, height: 740 },
];

type ColorScheme = 'light' | 'dark';

/**
 * Looks at the page in light and dark, wide and narrow: keeps a screenshot of
 * each for people, and lets axe judge what a machine can.
 *
 * @param within - what axe judges, where the rest of the page is not ours;
 *   null where all of it is the scaffolder's
 * @param schemes - one of both for a form of the scaffolder, which begins anew
 *   when they change
 */
export async function look(
  page: Page,
  name: string,
  {
    within = 'main',
    schemes = ['light', 'dark'],
  }: { within?: string | null; schemes?: ColorScheme[] } = {},
) {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const body = page.locator('body');
      await expect(body).toHaveAttribute('data-theme-mode', colorScheme);
      if (within) await expect(page.locator(within).first()).toBeVisible();
      if (within) await expectLoaded(page.locator(within).first());
      const view = `${name}-${colorScheme}-${size.width}`;
      const path = join(__dirname, '..', 'screenshots', `${view}.png`);
      await page.screenshot({ path, animations: 'disabled' });
      if (!within) continue;
      expect.soft(await violationsIn(page, within), view).toEqual([]);
    }
  }
  await page.emulateMedia({ colorScheme: schemes[0] });
  await page.setViewportSize(SIZES[0]);
}

/** What the parts of a page show while they load: theirs, ours, and the catalog's. */
const LOADING = [
  '[role=progressbar]',
  '[aria-busy=true]',
  '[data-testid=progress]',
  '.MuiSkeleton-root',
].join(', ');
/** So long nothing may load: between two parts that do, there are moments with none. */
const SETTLED_MS = 400;

/**
 * A page begins anew when its theme changes: waits until a part of it is there
 * again. A finished task of the scaffolder has a bar that stays.
 */
async function expectLoaded(part: Locator) {
  const loading = part.locator(LOADING).filter({ visible: true });
  let settledAt = 0;
  await expect(async () => {
    if ((await loading.count()) > 0) settledAt = 0;
    else settledAt ||= Date.now();
    expect(settledAt).toBeGreaterThan(0);
    expect(Date.now() - settledAt).toBeGreaterThanOrEqual(SETTLED_MS);
  }).toPass({ intervals: [100], timeout: 20_000 });
}

async function violationsIn(page: Page, within: string) {
  const { violations } = await new AxeBuilder({ page })
    .include(within)
    .analyze();
  return violations.map(({ id, nodes }) => [
    id,
    ...nodes.map(({ html }) => html),
  ]);
}
