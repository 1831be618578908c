import { compareText } from '../compareText';
import type { ArgoApplicationSet } from '../hub/types';
import type {
  ApplicationSetRecord,
  KeptSelector,
} from '../store/ApplicationSetStore';
import { prose } from './prose';
import { labels, list, moment, text } from './values';

const MOST_CONDITIONS = 10;
const MOST_SELECTORS = 50;
const MOST_TERMS = 50;
const MOST_VALUES = 200;
const MOST_KINDS = 20;
/** Argo CD nests twice; a loop cannot come over JSON, but much may. */
const DEEPEST = 4;
const LONGEST_TEXT = 1_000;
const LONGEST_WORD = 200;
const GENERATOR_KIND = /^[A-Za-z]{1,50}$/;

/**
 * An ApplicationSet as it is kept. Of its generators only which clusters they
 * take: lists, values, files and inputs of plugins may hold secrets and are not
 * copied, and nothing of its template is but the project. Throws for what is no
 * ApplicationSet.
 */
export function trimApplicationSet(
  set: ArgoApplicationSet,
  options: { hub: string },
): ApplicationSetRecord {
  const { metadata, spec, status } = set;
  const name = text(metadata?.name);
  const namespace = text(metadata?.namespace);
  if (!name || !namespace) {
    throw new Error('It has no name or no namespace');
  }
  const { template, syncPolicy, strategy, generators } = spec ?? {};
  return {
    hub: options.hub,
    namespace,
    name,
    project: text(template?.spec?.project, LONGEST_WORD) ?? '',
    labels: labels(metadata.labels),
    conditions: conditionsOf(status),
    health: text(status?.health?.status, LONGEST_WORD) || undefined,
    resources: countOf(status),
    applicationsSync:
      text(syncPolicy?.applicationsSync, LONGEST_WORD) || 'sync',
    preserveResourcesOnDeletion:
      syncPolicy?.preserveResourcesOnDeletion === true,
    strategy: text(strategy?.type, LONGEST_WORD) || 'AllAtOnce',
    clusterSelectors: clusterSelectors(generators, DEEPEST).slice(
      0,
      MOST_SELECTORS,
    ),
    otherGenerators: otherGenerators(generators),
  };
}

function conditionsOf(
  status: ArgoApplicationSet['status'],
): ApplicationSetRecord['conditions'] {
  return list(status?.conditions)
    .slice(0, MOST_CONDITIONS)
    .map(condition => ({
      type: text(condition.type, LONGEST_WORD) ?? '',
      status: text(condition.status, LONGEST_WORD) ?? '',
      reason: text(condition.reason, LONGEST_WORD) || undefined,
      message: prose(condition.message, LONGEST_TEXT) ?? '',
      since: moment(condition.lastTransitionTime),
    }))
    .sort((a, b) => compareText(a.type, b.type));
}

/** The list ends at 5,000, the number does not; older versions have the list only. */
function countOf(status: ArgoApplicationSet['status']): number | undefined {
  const { resourcesCount, resources } = status ?? {};
  if (Number.isSafeInteger(resourcesCount)) {
    return resourcesCount;
  }
  return Array.isArray(resources) ? resources.length : undefined;
}

interface Generator {
  clusters?: { selector?: KeptSelector } | null;
  matrix?: { generators?: unknown };
  merge?: { generators?: unknown };
}

function clusterSelectors(generators: unknown, depth: number): KeptSelector[] {
  return list(generators as Generator[])
    .filter(generator => typeof generator === 'object')
    .flatMap(({ clusters, matrix, merge }) => [
      ...(clusters ? [selectorOf(clusters.selector)] : []),
      ...(depth > 1
        ? [matrix, merge].flatMap(nested =>
            clusterSelectors(nested?.generators, depth - 1),
          )
        : []),
    ]);
}

/**
 * Words only: of these generators it is kept that they are there. A selector
 * beside a generator, and a merge, leave out some of what generators take.
 */
function otherGenerators(generators: unknown): string[] {
  const kinds = new Set(kindsOf(generators, DEEPEST));
  return [...kinds].sort().slice(0, MOST_KINDS);
}

function kindsOf(generators: unknown, depth: number): string[] {
  return list(generators as Generator[])
    .filter(generator => typeof generator === 'object')
    .flatMap(generator => {
      const { clusters, matrix, ...others } = generator;
      const nested = [matrix, others.merge].filter(Boolean);
      return [
        ...Object.entries(others)
          .filter(([kind, value]) => value && GENERATOR_KIND.test(kind))
          .map(([kind]) => kind),
        ...(depth > 1
          ? nested.flatMap(one => kindsOf(one?.generators, depth - 1))
          : nested.map(() => 'matrix')),
      ];
    });
}

function selectorOf(selector: KeptSelector | undefined): KeptSelector {
  const matchLabels = Object.entries(labels(selector?.matchLabels));
  const matchExpressions = list(selector?.matchExpressions)
    .slice(0, MOST_TERMS)
    .map(({ key, operator, values }) => ({
      key: text(key) ?? '',
      operator: text(operator, LONGEST_WORD) ?? '',
      ...(Array.isArray(values) && {
        values: values
          .slice(0, MOST_VALUES)
          .flatMap(value => text(value) ?? []),
      }),
    }));
  return {
    ...(matchLabels.length && {
      matchLabels: Object.fromEntries(matchLabels.slice(0, MOST_TERMS)),
    }),
    ...(matchExpressions.length && { matchExpressions }),
  };
}
