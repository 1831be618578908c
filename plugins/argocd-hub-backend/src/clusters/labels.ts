import { isLabelKey, isLabelValue } from 'backstage-plugin-argocd-hub-common';
import { compareText } from '../compareText';
import type { ArgocdHubConfig } from '../config';

/** The one label of Argo CD's own that people are meant to set. */
const AUTO_LABEL = 'argocd.argoproj.io/auto-label-cluster-info';

/** What is wrong with labels, as sentences; none when they may be written. */
export function labelFaults(labels: Record<string, string | null>): string[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    if (!isLabelKey(key)) return [`"${key}" is not a valid label key`];
    if (key.startsWith('argocd.argoproj.io/') && key !== AUTO_LABEL) {
      return [`"${key}" belongs to Argo CD`];
    }
    if (value !== null && !isLabelValue(value)) {
      return [
        `the value of "${key}" must be at most 63 letters, digits, "-", "_" or ".", and begin and end with a letter or digit`,
      ];
    }
    return [];
  });
}

/** Values that are allowed but look like a slip, as sentences. */
export function labelDoubts(
  labels: Record<string, string | null>,
  config: Pick<ArgocdHubConfig, 'environments' | 'clusterLabels'>,
): string[] {
  const { environments, clusterLabels } = config;
  const environment = labels[clusterLabels.environment];
  if (environment && !environments.includes(environment)) {
    return [
      `"${environment}" is not one of the configured environments (${environments.join(
        ', ',
      )}), so it is shown after them`,
    ];
  }
  return [];
}

/** Merges a patch in which null removes. */
export function mergeLabels(
  labels: Record<string, string>,
  patch: Record<string, string | null>,
): Record<string, string> {
  const merged: Record<string, string | null> = { ...labels, ...patch };
  return Object.fromEntries(
    Object.entries(merged)
      .filter((entry): entry is [string, string] => entry[1] !== null)
      .sort(([a], [b]) => compareText(a, b)),
  );
}

export function sameLabels(
  a: Record<string, string> = {},
  b: Record<string, string> = {},
): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(key => Object.hasOwn(b, key) && a[key] === b[key])
  );
}
