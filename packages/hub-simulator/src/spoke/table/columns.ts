import type { GenericObject } from '../../types/kubernetes';
import { ageOf } from './duration';
import {
  containerColumns,
  externalAddress,
  podRestarts,
  podStatus,
  selectorText,
} from './workloadCells';

/** A cell of a Table. */
export type Cell = string | number;

/** A column of a Table; those of priority 1 are shown with `-o wide`. */
export interface Column {
  name: string;
  type: 'string' | 'integer' | 'date';
  format: string;
  priority: 0 | 1;
  cell: (object: GenericObject, now: Date) => Cell;
}

/** An object whose fields are read without much ceremony. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

const text = (
  name: string,
  cell: (object: Loose) => string | undefined,
  priority: 0 | 1 = 0,
): Column => ({
  name,
  type: 'string',
  format: '',
  priority,
  cell: object => cell(object) || '<none>',
});
const count = (
  name: string,
  cell: (object: Loose) => number | undefined,
): Column => ({
  name,
  type: 'integer',
  format: '',
  priority: 0,
  cell: object => cell(object) ?? 0,
});

const NAME: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  priority: 0,
  cell: ({ metadata }) => metadata.name,
};
const AGE: Column = {
  name: 'Age',
  type: 'string',
  format: '',
  priority: 0,
  cell: ({ metadata }, now) => ageOf(metadata.creationTimestamp, now),
};
const CREATED_AT: Column = {
  name: 'Created At',
  type: 'date',
  format: '',
  priority: 0,
  cell: ({ metadata }) => metadata.creationTimestamp ?? '',
};

const sizeOf = (...maps: (object | undefined)[]) =>
  maps.reduce<number>((sum, each) => sum + Object.keys(each ?? {}).length, 0);
const subjectNames = (kind: string, object: Loose): string =>
  ((object.subjects ?? []) as Loose[])
    .filter(subject => subject.kind === kind)
    .map(({ name, namespace }) => (namespace ? `${namespace}/${name}` : name))
    .join(', ');
const since = (
  name: string,
  at: (event: Loose) => string | undefined,
  priority: 0 | 1,
): Column => ({
  name,
  type: 'string',
  format: '',
  priority,
  cell: (object, now) =>
    ageOf(at(object) ?? object.metadata.creationTimestamp, now),
});

const subjects = (name: string, kind: string): Column => ({
  ...text(name, () => undefined, 1),
  cell: object => subjectNames(kind, object),
});
const BINDING: readonly Column[] = [
  NAME,
  text('Role', ({ roleRef }) => `${roleRef?.kind}/${roleRef?.name}`),
  AGE,
  subjects('Users', 'User'),
  subjects('Groups', 'Group'),
  subjects('ServiceAccounts', 'ServiceAccount'),
];

const COLUMNS: Record<string, readonly Column[]> = {
  namespaces: [NAME, text('Status', ({ status }) => status?.phase), AGE],
  nodes: [
    NAME,
    text('Status', ({ status }) => nodeStatus(status)),
    text('Roles', nodeRoles),
    AGE,
    text('Version', ({ status }) => status?.nodeInfo?.kubeletVersion),
  ],
  serviceaccounts: [NAME, count('Secrets', each => each.secrets?.length), AGE],
  secrets: [
    NAME,
    text('Type', ({ type }) => type),
    count('Data', ({ data }) => sizeOf(data)),
    AGE,
  ],
  configmaps: [
    NAME,
    count('Data', ({ data, binaryData }) => sizeOf(data, binaryData)),
    AGE,
  ],
  services: [
    NAME,
    text('Type', ({ spec }) => spec?.type ?? 'ClusterIP'),
    text('Cluster-IP', ({ spec }) => spec?.clusterIP),
    text('External-IP', externalAddress),
    text('Port(s)', ({ spec }) =>
      spec?.ports
        ?.map((port: Loose) => `${port.port}/${port.protocol ?? 'TCP'}`)
        .join(','),
    ),
    AGE,
    text('Selector', ({ spec }) => selectorText(spec?.selector), 1),
  ],
  pods: [
    NAME,
    text('Ready', podReady),
    text('Status', podStatus),
    text('Restarts', podRestarts),
    AGE,
    text('IP', ({ status }) => status?.podIP, 1),
    text('Node', ({ spec }) => spec?.nodeName, 1),
    text('Nominated Node', () => undefined, 1),
    text('Readiness Gates', () => undefined, 1),
  ],
  events: [
    since('Last Seen', event => event.lastTimestamp ?? event.eventTime, 0),
    text('Type', ({ type }) => type),
    text('Reason', ({ reason }) => reason),
    text(
      'Object',
      ({ involvedObject: it }) => `${it?.kind?.toLowerCase()}/${it?.name}`,
    ),
    text('Subobject', ({ involvedObject: it }) => it?.fieldPath ?? ' ', 1),
    text('Source', ({ source }) => source?.component ?? ' ', 1),
    text('Message', ({ message }) => message?.trim()),
    since('First Seen', event => event.firstTimestamp ?? event.eventTime, 1),
    { ...count('Count', each => each.count ?? 1), priority: 1 },
    { ...NAME, priority: 1 },
  ],
  deployments: [
    NAME,
    text(
      'Ready',
      ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas}`,
    ),
    count('Up-to-date', ({ status }) => status?.updatedReplicas),
    count('Available', ({ status }) => status?.availableReplicas),
    AGE,
    ...containerColumns(text),
  ],
  replicasets: [
    NAME,
    count('Desired', ({ spec }) => spec?.replicas),
    count('Current', ({ status }) => status?.replicas),
    count('Ready', ({ status }) => status?.readyReplicas),
    AGE,
    ...containerColumns(text),
  ],
  ingresses: [
    NAME,
    text('Class', ({ spec }) => spec?.ingressClassName),
    text(
      'Hosts',
      ({ spec }) =>
        spec?.rules?.map((rule: Loose) => rule.host ?? '*').join(',') ?? '*',
    ),
    text('Address', ({ status }) =>
      status?.loadBalancer?.ingress?.map((each: Loose) => each.ip).join(','),
    ),
    text('Ports', ({ spec }) => (spec?.tls?.length ? '80, 443' : '80')),
    AGE,
  ],
  roles: [NAME, CREATED_AT],
  clusterroles: [NAME, CREATED_AT],
  rolebindings: BINDING,
  clusterrolebindings: BINDING,
};

/** The columns with which `kubectl get` prints a kind. */
export function columnsOf(resource: string): readonly Column[] {
  return COLUMNS[resource] ?? [NAME, CREATED_AT];
}

function nodeStatus(status: Loose): string {
  const ready = status?.conditions?.find(
    (each: Loose) => each.type === 'Ready',
  );
  if (!ready) return 'Unknown';
  return ready.status === 'True' ? 'Ready' : 'NotReady';
}

function nodeRoles({ metadata }: Loose): string {
  const prefix = 'node-role.kubernetes.io/';
  return Object.keys(metadata.labels ?? {})
    .filter(key => key.startsWith(prefix))
    .map(key => key.slice(prefix.length))
    .join(',');
}

function podReady({ spec, status }: Loose): string {
  const total = spec?.containers?.length ?? 0;
  const isRunning = status?.phase === 'Running';
  const ready = status?.containerStatuses
    ? status.containerStatuses.filter((each: Loose) => each.ready).length
    : (isRunning && total) || 0;
  return `${ready}/${total}`;
}
