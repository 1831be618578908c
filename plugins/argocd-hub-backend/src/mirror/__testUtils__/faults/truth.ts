import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import type { Store } from '../../../store/Store';
import { expected } from './expected';
import { expectedProjects, expectedSets } from './expectedKinds';
import type { HubTruth, SimulatedHub } from './SimulatedHub';

const MOST_TOLD = 16;

const EXTRA = 'stored, but the hub does not have it';

/** Ours alone: when we first saw a state. */
const OURS = ['syncSince', 'hub'];

/**
 * The first judge. Every field that is stored of a hub's applications and
 * clusters against the hub's own objects; differences as lines for people.
 */
export async function differences(options: {
  hub: SimulatedHub;
  store: Store;
  knex: Knex;
}): Promise<string[]> {
  const { hub, store, knex } = options;
  const there = await hub.truth();
  const wanted = expected(there);
  const found = new Map<string, Record<string, any>>();
  for await (const page of store.applications.pages()) {
    for (const record of page.filter(one => one.hub === hub.name)) {
      found.set(`${record.namespace}/${record.name}`, record);
    }
  }
  const clusters = new Map(
    (await store.clusters.list({ hub: hub.name })).map(
      ({ name, facts, ...one }) => [
        name,
        { ...one, applications: facts.applications },
      ],
    ),
  );
  return [
    ...compared('application', wanted.applications, found),
    ...compared('cluster', wanted.clusters, clusters as never),
    ...(await columns(knex, hub.name, wanted.applications)),
    ...(await counts(store, hub.name, wanted)),
    ...(await setsAndProjects(store, hub.name, there)),
  ];
}

/** What the account may not see, or was not asked for yet, is not stored. */
async function setsAndProjects(
  store: Store,
  hub: string,
  there: HubTruth,
): Promise<string[]> {
  const record = await store.hubs.get(hub);
  const sets = await store.applicationSets.list({ hub });
  const projects = await store.projects.list({ hub });
  return [
    ...(record?.readableSets === 'all'
      ? compared(
          'set',
          expectedSets(there),
          new Map(
            sets.map(one => [`${one.namespace}/${one.name}`, one]),
          ) as never,
        )
      : []),
    ...(record?.readableProjects === 'all'
      ? compared(
          'project',
          expectedProjects(there),
          new Map(projects.map(one => [one.name, one])) as never,
        )
      : []),
  ];
}

/** Of a line about an application that is stored though the hub does not have it. */
export function keyOfExtra(line: string): string | undefined {
  return new RegExp(`^application (\\S+): ${EXTRA}$`).exec(line)?.[1];
}

/** @throws an Error with the first differences */
export function refuse(found: string[], what: string): void {
  if (found.length) {
    const more = found.length - MOST_TOLD;
    const lines = found.slice(0, MOST_TOLD);
    throw new Error(
      [`${what}:`, ...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join(
        '\n  ',
      ),
    );
  }
}

function compared(
  what: string,
  wanted: Map<string, Record<string, unknown>>,
  found: Map<string, Record<string, unknown>>,
): string[] {
  const extra = [...found.keys()]
    .filter(key => !wanted.has(key))
    .map(key => `${what} ${key}: ${EXTRA}`);
  const wrong = [...wanted].flatMap(([key, fields]) => {
    const stored = found.get(key);
    if (!stored) {
      return [`${what} ${key}: the hub has it, but it is not stored`];
    }
    return fieldsOf(fields, stored).flatMap(field => {
      const [there, here] = [plain(fields[field]), plain(stored[field])];
      const isOurs = field === 'healthSince' && there === undefined;
      return isOurs || isDeepStrictEqual(there, here)
        ? []
        : `${what} ${key}: ${field} is ${text(there)} at the hub, stored ${text(
            here,
          )}`;
    });
  });
  return [...extra, ...wrong];
}

function fieldsOf(...all: Record<string, unknown>[]): string[] {
  const names = new Set(all.flatMap(one => Object.keys(one)));
  return [...names].filter(name => !OURS.includes(name));
}

/** What is searched for has columns of its own, which must say the same. */
async function columns(
  knex: Knex,
  hub: string,
  wanted: Map<string, Record<string, any>>,
): Promise<string[]> {
  const rows = await knex('applications').where({ hub }).select();
  const labels = await knex('application_labels').select();
  return rows.flatMap(row => {
    const fields = wanted.get(row.key);
    if (!fields) {
      return [];
    }
    const here = labels
      .filter(one => String(one.application_id) === String(row.id))
      .map(({ origin, key, value }) => `${origin} ${key}=${value}`)
      .sort();
    const there = [
      ...Object.entries(fields.labels).map(pair => `label ${pair.join('=')}`),
      ...Object.entries(fields.annotations).map(
        pair => `annotation ${pair.join('=')}`,
      ),
    ].sort();
    const pairs: [string, unknown, unknown][] = [
      ['labels', there, here],
      ['project', fields.project, row.project],
      ['application_set', fields.applicationSet ?? null, row.application_set],
      ['sync', fields.sync ?? null, row.sync],
      ['health', fields.health ?? null, row.health],
      ['cluster', fields.cluster.name ?? null, row.cluster],
    ];
    return pairs
      .filter(([, a, b]) => !isDeepStrictEqual(plain(a), plain(b)))
      .map(
        ([column, a, b]) =>
          `application ${row.key}: column ${column} should be ${text(
            a,
          )}, is ${text(b)}`,
      );
  });
}

async function counts(
  store: Store,
  hub: string,
  wanted: {
    applications: Map<string, unknown>;
    clusters: Map<string, unknown>;
  },
): Promise<string[]> {
  const record = await store.hubs.get(hub);
  return (['applications', 'clusters'] as const)
    .filter(what => record?.[what] !== wanted[what].size)
    .map(
      what =>
        `hub ${hub}: ${record?.[what]} ${what} counted, it has ${wanted[what].size}`,
    );
}

/** Absent and undefined are the same; the order of keys means nothing. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
