import {
  BIG,
  FULL,
  isHeadline,
  QUICK,
  type Settings,
  type Size,
} from './settings';

/** What is measured on a hub, by the names of `--only`. */
export const HUB_CASES = [
  'cold-start',
  'page-views',
  'hub-calls',
  'routes',
  'lists',
  'changes',
  'growth',
  'idle',
  'permissions',
  'mapping',
] as const;
/** What needs no hub, or has one of its own, whatever the sizes are. */
const OTHER_CASES = ['catalog', 'live'] as const;

export type HubCase = (typeof HUB_CASES)[number];
export type OtherCase = (typeof OTHER_CASES)[number];
export type CaseName = HubCase | OtherCase;

export const CASES: readonly CaseName[] = [...HUB_CASES, ...OTHER_CASES];

/** Something was asked for that cannot be had; the message says what can. */
export class UsageError extends Error {}

/** One hub and what is measured on it. */
export interface HubPlan {
  size: Size;
  cases: ReadonlySet<HubCase>;
}

/** What one run measures. */
export interface Plan {
  hubs: HubPlan[];
  others: ReadonlySet<OtherCase>;
  /** chosen by size or by name: it says less than the results that are kept */
  isPartial: boolean;
}

/**
 * A case that is named runs on the hubs that are named too; without those on the
 * ones where the run has it anyway.
 *
 * @throws UsageError when a name or a size is not known, or when nothing comes of it
 */
export function planOf(options: {
  quick: boolean;
  /** numbers of applications, as `200,5000` */
  sizes?: string;
  /** names of cases, as `mapping,permissions` */
  only?: string;
}): Plan {
  const settings = options.quick ? QUICK : FULL;
  const sizes =
    options.sizes === undefined ? undefined : sizesOf(options.sizes);
  const named = options.only === undefined ? undefined : namesOf(options.only);
  const casesAt = (size: Size): HubCase[] => {
    const usual = HUB_CASES.filter(name => isUsual(name, { settings, size }));
    return named
      ? (sizes ? [...HUB_CASES] : usual).filter(name => named.has(name))
      : usual;
  };
  const hubs = (sizes ?? settings.sizes)
    .map(size => ({ size, cases: new Set(casesAt(size)) }))
    .filter(({ cases }) => cases.size > 0);
  const others = named
    ? OTHER_CASES.filter(name => named.has(name))
    : usualOthers(options);
  const plan = { hubs, others: new Set(others) };
  named?.forEach(name => refuseNowhere(name, plan));
  return { ...plan, isPartial: Boolean(sizes || named) };
}

function isUsual(
  name: HubCase,
  { settings, size }: { settings: Settings; size: Size },
): boolean {
  const { applications } = size;
  const isThorough = !settings.quick || isHeadline(size);
  switch (name) {
    case 'changes':
    case 'idle':
      return isThorough;
    case 'growth':
      return isThorough && applications >= BIG;
    case 'permissions':
      return settings.permissionsAt.includes(applications);
    case 'mapping':
      return settings.mappingAt === applications;
    default:
      return true;
  }
}

function usualOthers(options: { quick: boolean; sizes?: string }): OtherCase[] {
  if (options.quick) return [];
  return options.sizes === undefined ? ['catalog', 'live'] : ['catalog'];
}

function refuseNowhere(
  name: CaseName,
  { hubs, others }: Pick<Plan, 'hubs' | 'others'>,
): void {
  const isSomewhere =
    others.has(name as OtherCase) ||
    hubs.some(({ cases }) => cases.has(name as HubCase));
  if (!isSomewhere) {
    throw new UsageError(
      `${name} is no part of a quick run: name the hubs for it with --sizes`,
    );
  }
}

function namesOf(text: string): Set<CaseName> {
  return new Set(chosen(text, { option: '--only', known: CASES }));
}

function sizesOf(text: string): Size[] {
  const known = FULL.sizes.map(({ applications }) => String(applications));
  const wanted = chosen(text, { option: '--sizes', known });
  return FULL.sizes.filter(({ applications }) =>
    wanted.includes(String(applications)),
  );
}

function chosen<T extends string>(
  text: string,
  { option, known }: { option: string; known: readonly T[] },
): T[] {
  const given = text
    .split(',')
    .map(part => part.trim())
    .filter(Boolean);
  const unknown = given.filter(part => !known.some(it => it === part));
  if (unknown.length > 0 || given.length === 0) {
    const what = unknown.length > 0 ? `, not ${unknown.join(', ')}` : '';
    throw new UsageError(`${option} takes some of ${known.join(',')}${what}`);
  }
  return known.filter(it => given.includes(it));
}
