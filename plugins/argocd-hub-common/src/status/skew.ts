import type { Deployment, Skew } from '../types';
import { normalizedRepository } from './family';
import { compareEnvironments } from './order';

/** @public */
export type SkewInput = Pick<
  Deployment,
  'family' | 'environment' | 'sources' | 'images'
>;

/** A version that can be compared with the same part of other deployments. */
interface Version {
  field: Skew['field'];
  /** Which repository, chart or image it is the version of. */
  part: string;
  /** What is compared. */
  value: string;
  /** What is shown. */
  text: string;
}

interface Member<T> {
  deployment: T;
  version: Version;
}

/**
 * Which deployments differ from the others of their family: in the revision of
 * a source or in the version of an image, from what more than half of the
 * family runs or from the nearest earlier environment that has the same part.
 * Only what two deployments both have is compared, so that an image that one
 * environment has more is no skew.
 *
 * @param environmentOrder - environments in order of promotion; those not named have no previous one
 * @returns the differences of each deployment that has any
 * @public
 */
export function skew<T extends SkewInput>(
  deployments: readonly T[],
  environmentOrder: readonly string[],
): Map<T, Skew[]> {
  const found = new Map<T, Skew[]>();
  for (const members of comparable(deployments)) {
    const expectations = [
      ['majority', majorityOf(members)],
      ['previous-environment', previousOf(members, environmentOrder)],
    ] as const;
    for (const { deployment, version } of members) {
      for (const [from, expectedFor] of expectations) {
        const expected = expectedFor(deployment, version);
        if (expected) {
          const difference: Skew = {
            from,
            field: version.field,
            expected: expected.text,
            actual: version.text,
          };
          found.set(deployment, [...(found.get(deployment) ?? []), difference]);
        }
      }
    }
  }
  return found;
}

/** Answers what a version should be, if it should be another one. */
type Expectation<T> = (deployment: T, version: Version) => Version | undefined;

function majorityOf<T>(members: Member<T>[]): Expectation<T> {
  const { version, count } = mostCommon(members);
  const isMajority = count * 2 > members.length;
  return (_, actual) =>
    isMajority && version.value !== actual.value ? version : undefined;
}

function previousOf<T extends SkewInput>(
  members: Member<T>[],
  environmentOrder: readonly string[],
): Expectation<T> {
  const byEnvironment = groupBy(
    members.filter(({ deployment }) =>
      environmentOrder.includes(deployment.environment ?? ''),
    ),
    ({ deployment }) => deployment.environment ?? '',
  );
  const present = [...byEnvironment.keys()].sort(
    compareEnvironments(environmentOrder),
  );
  return ({ environment }, actual) => {
    const index = present.indexOf(environment ?? '');
    const previous = byEnvironment.get(present[index - 1] ?? '');
    if (
      !previous ||
      previous.some(({ version }) => version.value === actual.value)
    ) {
      return undefined;
    }
    return mostCommon(previous).version;
  };
}

/** The groups of at least two within which versions mean the same thing. */
function comparable<T extends SkewInput>(
  deployments: readonly T[],
): Member<T>[][] {
  const members = deployments.flatMap(deployment =>
    [...revisions(deployment), ...images(deployment)].map(version => ({
      deployment,
      version,
    })),
  );
  const groups = groupBy(members, ({ deployment, version }) =>
    JSON.stringify([deployment.family, version.field, version.part]),
  );
  return [...groups.values()].filter(group => group.length > 1);
}

function revisions({ sources }: SkewInput): Version[] {
  const known = sources.flatMap(({ repoUrl, chart, revision }) =>
    revision
      ? [{ part: `${normalizedRepository(repoUrl)}#${chart ?? ''}`, revision }]
      : [],
  );
  return [...groupBy(known, ({ part }) => part)].map(([part, group]) => {
    const value = unique(group.map(({ revision }) => revision)).join(', ');
    return { field: 'revision', part, value, text: value };
  });
}

/** An image is known by its last path segment, since registries differ by region. */
function images(deployment: SkewInput): Version[] {
  const known = deployment.images.map(image => {
    const [, name, value] =
      /([^/:@]+)((?::[^/@]+)?(?:@.+)?)$/.exec(image) ?? [];
    return { part: name ?? image, value: value ?? '', text: image };
  });
  return [...groupBy(known, ({ part }) => part)].map(([part, group]) => ({
    field: 'image',
    part,
    value: unique(group.map(({ value }) => value)).join(', '),
    text: unique(group.map(({ text }) => text)).join(', '),
  }));
}

/** The version of most members; of equally common ones the first by value. */
function mostCommon<T>(members: Member<T>[]): {
  version: Version;
  count: number;
} {
  const groups = [...groupBy(members, ({ version }) => version.value).values()];
  const [winner] = groups.sort(
    (a, b) =>
      b.length - a.length || (a[0].version.value < b[0].version.value ? -1 : 1),
  );
  return { version: winner[0].version, count: winner.length };
}

function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) {
      group.push(item);
    } else {
      groups.set(key, [item]);
    }
  }
  return groups;
}

function unique(values: string[]): string[] {
  return [...new Set(values)].sort();
}
