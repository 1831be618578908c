import { groupOf } from '../objects';
import type { SyncTask } from './SyncTask';

const PHASES = ['PreSync', 'Sync', 'PostSync', 'SyncFail'];

/** What others need goes first; kinds that are not listed go last. */
const KINDS = [
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodSecurityPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'SecretList',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleList',
  'ClusterRoleBinding',
  'ClusterRoleBindingList',
  'Role',
  'RoleList',
  'RoleBinding',
  'RoleBindingList',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
];

/** By phase, wave, kind and name; a namespace goes before what lies in it. */
export function sortTasks(tasks: readonly SyncTask[]): SyncTask[] {
  const sorted = [...tasks].sort(compareTasks);
  for (const task of [...sorted]) {
    const { target } = task;
    if (!target || target.kind !== 'Namespace' || groupOf(target)) continue;
    const first = sorted.findIndex(
      each => each.target?.metadata.namespace === target.metadata.name,
    );
    const at = sorted.indexOf(task);
    if (first < 0 || first > at) continue;
    task.waveOverride = sorted[first].wave;
    task.phase = sorted[first].phase;
    sorted.splice(at, 1);
    sorted.splice(first, 0, task);
  }
  return sorted;
}

/** What was made first is pruned last; with `last` after everything else. */
export function orderPrunes(tasks: readonly SyncTask[], last: boolean): void {
  const prunes = tasks.filter(task => task.isPrune);
  const waves = [...new Set(prunes.map(({ wave }) => wave))].sort(
    (a, b) => a - b,
  );
  const reversed = new Map(
    waves.map((wave, index) => [wave, waves[waves.length - 1 - index]]),
  );
  for (const task of prunes) task.waveOverride = reversed.get(task.wave);
  const end =
    Math.max(
      0,
      ...tasks.filter(({ phase }) => phase === 'Sync').map(({ wave }) => wave),
    ) + 1;
  for (const task of prunes) {
    if (last || task.hasOption('PruneLast=true')) task.waveOverride = end;
  }
}

function compareTasks(a: SyncTask, b: SyncTask): number {
  const order =
    PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) ||
    a.wave - b.wave ||
    rank(a.object.kind) - rank(b.object.kind);
  if (order) return order;
  return a.object.metadata.name < b.object.metadata.name ? -1 : 1;
}

function rank(kind: string | undefined): number {
  const at = KINDS.indexOf(kind ?? '');
  return at < 0 ? KINDS.length : at;
}
