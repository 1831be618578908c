import type {
  ClusterRegistration,
  RbacPreset,
} from 'backstage-plugin-argocd-hub-common';
import type { ArgocdHubConfig } from '../config';
import type { Checklist } from './Checklist';
import { labelDoubts, labelFaults } from './labels';
import { DEFAULT_NAMESPACE } from './manifests';

/** A name that is safe in paths, in entity names and in templates of applications. */
const CLUSTER_NAME = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Checks what can be judged without asking anybody. */
export function checkRequest(
  registration: ClusterRegistration,
  config: Pick<ArgocdHubConfig, 'environments' | 'clusterLabels'>,
  list: Checklist,
): void {
  checkName(registration.name, list);
  checkLabels(registration.labels, config, list);
  checkNamespaces(registration, list);
  checkPreset(registration.preset, list);
}

/** What somebody should know who gives the hub such rights. */
function checkPreset(preset: RbacPreset = 'scoped', list: Checklist): void {
  if (preset === 'admin') {
    list.warn(
      'preset',
      'The preset admin lets the hub do everything on the cluster. Prefer scoped, which writes in the destination namespaces only.',
    );
  }
  if (preset === 'scoped') {
    list.warn(
      'preset',
      "The account made for the hub can read every Secret of the cluster, in all namespaces, because Argo CD's cache lists every kind. With the preset namespaced it reads the destination namespaces only.",
    );
  }
}

function checkName(name: string, list: Checklist): void {
  if (name === 'in-cluster') {
    list.fail('name', '"in-cluster" is the name of the cluster of the hub.');
  } else if (!CLUSTER_NAME.test(name)) {
    list.fail(
      'name',
      'The name must be at most 63 lower-case letters, digits, "-" or ".", and begin and end with a letter or digit.',
    );
  }
}

function checkLabels(
  labels: Record<string, string>,
  config: Pick<ArgocdHubConfig, 'environments' | 'clusterLabels'>,
  list: Checklist,
): void {
  const faults = labelFaults(labels);
  if (faults.length > 0) {
    list.fail('labels', `These labels cannot be set: ${faults.join('; ')}.`);
    return;
  }
  const doubts = labelDoubts(labels, config);
  if (doubts.length > 0) list.warn('labels', `${doubts.join('; ')}.`);
  else list.pass('labels', 'The labels are valid.');
}

function checkNamespaces(
  registration: ClusterRegistration,
  list: Checklist,
): void {
  const { destinationNamespaces, preset = 'scoped' } = registration;
  const own = registration.serviceAccountNamespace ?? DEFAULT_NAMESPACE;
  const all = [...destinationNamespaces, own];
  const malformed = all.find(each => !NAMESPACE.test(each));
  if (malformed !== undefined) {
    list.fail('namespaces', `"${malformed}" is not a valid namespace name.`);
    return;
  }
  const system = all.find(each => each.startsWith('kube-'));
  if (system) {
    list.fail(
      'namespaces',
      `${system} belongs to Kubernetes; the hub is not given rights to write there.`,
    );
  }
  if (preset !== 'admin' && destinationNamespaces.includes(own)) {
    list.fail(
      'namespaces',
      `${own} holds the credential of the hub, so it cannot be a destination.`,
    );
  }
  if (preset !== 'admin' && destinationNamespaces.length === 0) {
    list.fail(
      'namespaces',
      'Name at least one destination namespace: elsewhere the hub could deploy nothing.',
    );
  }
}
