import type { HubStatus } from 'backstage-plugin-argocd-hub-common';
import type { Words } from '../hooks/useWords';
import { shortList } from './problem';

const WHY = {
  dns: 'freshness.why.dns',
  tls: 'freshness.why.tls',
  auth: 'freshness.why.auth',
  timeout: 'freshness.why.timeout',
  refused: 'freshness.why.refused',
  http: 'freshness.why.http',
  protocol: 'freshness.why.protocol',
  other: 'freshness.why.other',
  'no-probe': 'freshness.why.other',
} as const;

/** What was heard of the hub is too old to be believed. */
export function isAged({ freshness }: HubStatus): boolean {
  return freshness === 'stale' || freshness === 'down';
}

/** All of the hub is known, as it is now. */
export function isHeard({ freshness, complete }: HubStatus): boolean {
  return complete && freshness === 'live';
}

/** Not once did the hub tell anything. */
export function isUntold({ complete, observedAt }: HubStatus): boolean {
  return !complete && observedAt === undefined;
}

/** Why a hub is not heard; undefined where its last error is older than its last word. */
export function whyText(
  { lastError, observedAt }: HubStatus,
  { t }: Words,
): string | undefined {
  if (!lastError) {
    return undefined;
  }
  const isOver =
    observedAt !== undefined &&
    Date.parse(lastError.at) < Date.parse(observedAt);
  return isOver ? undefined : t(WHY[lastError.class] ?? WHY.other);
}

/** One clause for each way in which hubs are not heard: "edge and third could not be read". */
export function hubClauses(
  hubs: HubStatus[],
  words: Words,
  options: { ages: boolean },
): string[] {
  const { t, time, now } = words;
  const unread = hubs.filter(hub => !hub.complete && isAged(hub));
  const silent = hubs.filter(hub => hub.complete && isAged(hub));
  const reading = hubs.filter(hub => !hub.complete && !isAged(hub));
  const late = hubs.filter(hub => hub.complete && hub.freshness === 'lagging');
  const age =
    options.ages && silent.length === 1
      ? time.age(silent[0].observedAt, now)
      : undefined;
  const clause = (among: HubStatus[], say: (names: NamedHubs) => string) =>
    among.length > 0 ? [say(named(among, words))] : [];
  return [
    ...clause(unread, names => t('headline.unread', names)),
    ...clause(silent, ({ hubs: titles }) =>
      age
        ? t('problem.noNewsFor', { hubs: titles, age })
        : t('problem.noNews', { hubs: titles }),
    ),
    ...clause(reading, names => t('headline.reading', names)),
    ...clause(late, names => t('headline.late', names)),
  ];
}

interface NamedHubs {
  hubs: string;
  count: number;
}

function named(hubs: HubStatus[], words: Words): NamedHubs {
  const titles = hubs.map(({ title }) => title);
  return { hubs: shortList(titles, words), count: hubs.length };
}
