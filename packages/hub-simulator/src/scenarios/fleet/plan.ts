import type { Random } from '../../random';

/** A cluster of the fleet before it runs. */
export interface PlannedCluster {
  name: string;
  labels: Record<string, string>;
}

/** A version of a service that was deployed at some time. */
export interface Release {
  /** 40 hexadecimal digits */
  revision: string;
  tag: string;
  /** how long before the start of the fleet, in milliseconds */
  ageMs: number;
}

/** A service and where it is deployed; one ApplicationSet each. */
export interface PlannedService {
  name: string;
  team: string;
  project: string;
  repoURL: string;
  path: string;
  /** label value that the set's generator selects clusters by */
  cell: string;
  /** how many resources each of its applications has */
  resources: number;
  /** whether destinations are given by cluster name instead of server */
  byName: boolean;
  /** whether the application has a second source with values */
  hasValuesSource: boolean;
  /** oldest first, never empty */
  releases: Release[];
}

/** One application to be: a service on a cluster. */
export interface PlannedApplication {
  service: PlannedService;
  cluster: PlannedCluster;
  /** made by the service's ApplicationSet; the others are on their own */
  isGenerated: boolean;
}

export interface FleetPlan {
  clusters: PlannedCluster[];
  services: PlannedService[];
  applications: PlannedApplication[];
}

const ENVIRONMENTS = ['dev', 'staging', 'prod', 'prod', 'prod'];
const REGIONS = [
  'eu-central-1',
  'eu-west-1',
  'us-east-1',
  'us-west-2',
  'ap-southeast-1',
];
const PROVIDERS = ['aws', 'azure', 'gcp', 'metal'];
const CELL_SIZE = 50;
const DAY_MS = 86_400_000;
const WORDS = [
  'account billing cart catalog checkout claim contract delivery device document fraud gateway',
  'identity inventory invoice ledger media notification order partner payment policy pricing',
  'profile quote rating recommendation refund report risk search session shipping stock tax ticket',
]
  .join(' ')
  .split(' ');
const ROLES = ['api', 'worker', 'web', 'sync', 'store', 'gateway', 'jobs'];
const TEAMS = Array.from({ length: 40 }, (_, index) => `team-${index + 1}`);

/** Decides what the fleet consists of. The same seed gives the same fleet. */
export function planFleet(
  random: Random,
  size: { applications: number; clusters: number; prefix?: string },
): FleetPlan {
  const clusters = Array.from({ length: size.clusters }, (_, index) =>
    planCluster(index, size.prefix ?? ''),
  );
  const cells = groupByCell(clusters);
  const services: PlannedService[] = [];
  const applications: PlannedApplication[] = [];
  while (applications.length < size.applications) {
    const service = planService(random, services.length, [...cells.keys()]);
    const members = cells.get(service.cell)!;
    const left = size.applications - applications.length;
    // What does not fill a whole cell any more gets no set that would want more.
    const isGenerated = members.length <= left;
    if (isGenerated) services.push(service);
    for (const cluster of members.slice(0, left)) {
      applications.push({ service, cluster, isGenerated });
    }
  }
  return { clusters, services, applications };
}

function planCluster(index: number, prefix: string): PlannedCluster {
  const env = ENVIRONMENTS[index % ENVIRONMENTS.length];
  const region = REGIONS[Math.floor(index / 5) % REGIONS.length];
  const number = String(index + 1).padStart(3, '0');
  return {
    name: `${prefix}${env}-${region}-${number}`,
    labels: {
      env,
      region,
      provider: PROVIDERS[index % PROVIDERS.length],
      tier: env === 'prod' ? 'critical' : 'standard',
      cell: `cell-${Math.floor(index / CELL_SIZE) + 1}`,
    },
  };
}

function groupByCell(
  clusters: PlannedCluster[],
): Map<string, PlannedCluster[]> {
  const cells = new Map<string, PlannedCluster[]>();
  for (const cluster of clusters) {
    const { cell } = cluster.labels;
    cells.set(cell, [...(cells.get(cell) ?? []), cluster]);
  }
  return cells;
}

function planService(
  random: Random,
  index: number,
  cells: string[],
): PlannedService {
  const word = WORDS[index % WORDS.length];
  const role = ROLES[Math.floor(index / WORDS.length) % ROLES.length];
  const round = Math.floor(index / (WORDS.length * ROLES.length));
  const name = round ? `${word}-${role}-${round + 1}` : `${word}-${role}`;
  const team = random.pick(TEAMS);
  return {
    name,
    team,
    project: team,
    repoURL: `https://git.example.com/${team}/${name}.git`,
    path: random.chance(0.8) ? 'deploy/chart' : `deploy/overlays/${name}`,
    cell: cells[index % cells.length],
    resources: pickSize(random),
    byName: random.chance(0.3),
    hasValuesSource: random.chance(0.1),
    releases: planReleases(random),
  };
}

function planReleases(random: Random): Release[] {
  const count = random.between(8, 12);
  const stepMs = random.between(1, 6) * DAY_MS;
  const major = random.between(1, 9);
  return Array.from({ length: count }, (_, index) => ({
    revision: random.hex(40),
    tag: `${major}.${index + 1}.${random.int(9)}`,
    ageMs: (count - index) * stepMs - random.int(DAY_MS / 2),
  }));
}

/** Most services are small, a few are big: 10 to 45 kB per object. */
function pickSize(random: Random): number {
  const share = random.next();
  if (share < 0.6) return random.between(8, 13);
  if (share < 0.92) return random.between(14, 32);
  return random.between(33, 112);
}
