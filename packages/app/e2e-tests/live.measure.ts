import { expect, type Page, test } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
// eslint-disable-next-line @backstage/no-relative-monorepo-imports
import { until } from '../../../scripts/readiness.mjs';
import { Demo } from './support/Demo';

// How long a change at the hub takes into a page that somebody looks at, in a
// real browser. By hand, with the app built: yarn measure:live

const APPLICATIONS = Number(process.env.LIVE_APPLICATIONS ?? 10_000);
const CLUSTERS = Number(process.env.LIVE_CLUSTERS ?? 100);
const CHANGES = Number(process.env.LIVE_CHANGES ?? 30);
const TARGET_MS = 2_000;
const BETWEEN_MS = 500;
/** What was not seen after this long counts as this long. */
const LONGEST_MS = 15_000;

interface ApplicationSet {
  metadata: { name: string };
  status?: { resources?: { name: string }[] };
}

interface Service {
  name: string;
  /** Of its applications; the first page of the tab shows as many. */
  applications: string[];
}

test('a change at the hub is on an open page within two seconds', async ({
  page,
}) => {
  test.setTimeout(15 * 60_000);
  let service: Service | undefined;
  const demo = await Demo.start({
    simulator: [
      ...['--applications', String(APPLICATIONS)],
      ...['--clusters', String(CLUSTERS)],
    ],
    component: 'measured',
    config: async started => {
      service = await someService(started);
      return catalogOf(service, started.directory);
    },
  });
  try {
    await openTab(page, demo, service!);
    const times: number[] = [];
    for (let done = 0; done < CHANGES; done++) {
      const { applications } = service!;
      times.push(
        await measure(page, demo, applications[done % applications.length]),
      );
      // At any moment between two signals.
      await sleep(BETWEEN_MS + Math.random() * 1_000);
    }
    times.sort((one, other) => one - other);
    const result = {
      applications: APPLICATIONS,
      clusters: CLUSTERS,
      rows: service!.applications.length,
      changes: times.length,
      p50Ms: percentile(times, 0.5),
      p95Ms: percentile(times, 0.95),
      longestMs: times[times.length - 1],
    };
    // eslint-disable-next-line no-console
    console.log(JSON.stringify(result));
    expect(result.p95Ms).toBeLessThanOrEqual(TARGET_MS);
  } finally {
    await demo.stop();
  }
});

/** An ApplicationSet, with as many applications as there are rows on a page at most. */
async function someService(demo: Demo): Promise<Service> {
  const found = await until<ApplicationSet | undefined>(
    async () => {
      const sets: { items: ApplicationSet[] } = await demo.hub(
        '/applicationsets',
      );
      return sets.items.find(({ status }) => status?.resources?.length);
    },
    { timeoutMs: 60_000, what: 'an ApplicationSet with applications' },
  );
  return {
    name: found!.metadata.name,
    applications: found!.status!.resources!.slice(0, 50).map(it => it.name),
  };
}

/** A catalog of users and of the one component that is looked at. */
function catalogOf(service: Service, directory: string): object {
  const file = join(directory, 'catalog-info.json');
  const entity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: 'measured',
      annotations: { 'argocd-hub/applicationset': service.name },
    },
    spec: { type: 'service', lifecycle: 'production', owner: 'guests' },
  };
  writeFileSync(file, JSON.stringify(entity));
  const users = join(__dirname, '..', '..', '..', 'examples', 'org.yaml');
  const rules = [{ allow: ['User', 'Group', 'Component'] }];
  return {
    catalog: {
      locations: [file, users].map(target => ({ type: 'file', target, rules })),
    },
  };
}

async function openTab(page: Page, demo: Demo, service: Service) {
  await page.goto(demo.url);
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.getByRole('link', { name: 'measured', exact: true }).click();
  await page.getByRole('link', { name: 'Clusters' }).click();
  const rows = page.getByRole('rowheader');
  await expect(rows).toHaveCount(service.applications.length, {
    timeout: 180_000,
  });
  await sleep(15_000); // first contact with every cluster
}

/** Milliseconds from when the hub tells its watchers that a sync has begun to the row that says so. */
async function measure(page: Page, demo: Demo, application: string) {
  const seen = page.evaluate(
    ({ name, longestMs }) =>
      new Promise<number>(resolve => {
        const observer = new MutationObserver(look);
        const timer = setTimeout(end, longestMs);
        function end() {
          observer.disconnect();
          clearTimeout(timer);
          resolve(Date.now());
        }
        function look() {
          const details = `button[aria-label="Details of ${name}"]`;
          const row = document.querySelector(details)?.closest('tr');
          if (row?.textContent?.includes('syncing')) end();
        }
        observer.observe(document.body, {
          ...{ subtree: true, childList: true, characterData: true },
        });
        look();
      }),
    { name: application, longestMs: LONGEST_MS },
  );
  const watched = new AbortController();
  const events = await demo.watch(application, watched.signal);
  const begun = beginOf(events);
  await demo.hub(`/applications/${application}/sync`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });
  const tookMs = (await seen) - (await begun);
  watched.abort();
  return tookMs;
}

/** When a watcher of the hub, one that listens already, is told that the next sync runs. */
async function beginOf(events: AsyncIterable<string>): Promise<number> {
  for await (const event of events) {
    if (event.includes('"phase":"Running"')) return Date.now();
  }
  throw new Error('The stream of the hub ended');
}

function percentile(sorted: number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1];
}
