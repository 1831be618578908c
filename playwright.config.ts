import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

// A browser of the system, so that nothing has to be downloaded.
const executablePath = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find(path => path && existsSync(path));

export default defineConfig({
  testDir: 'packages/app/e2e-tests',
  // What takes a quiet machine and some minutes is run by hand.
  testMatch: process.env.E2E_MEASURE ? '*.measure.ts' : '*.test.ts',
  outputDir: '.cache/e2e/results',
  forbidOnly: Boolean(process.env.CI),
  // The story is one story: a chapter begins where the last one ended.
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    actionTimeout: 10_000,
    // A trace of every step doubles the time: npx playwright test --trace on
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox', // Chromium refuses its sandbox to root
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
