import type {
  ApplicationSetName,
  ClusterReason,
  MissingGenerator,
  ProjectDestination,
} from 'backstage-plugin-argocd-hub-common';
import { type GateRefusal, refusalOf } from '../applicationSets/projectGate';
import { type GeneratorMiss, selectionOf } from '../applicationSets/selection';
import type { ApplicationSetRecord } from '../store/ApplicationSetStore';
import type { ClusterRecord } from '../store/ClusterStore';
import type { Readable } from '../store/HubStore';
import type { ProjectRecord } from '../store/ProjectStore';

const MOST_EXPECTED = 20;
/** They choose among what the other generators give, and give nothing. */
const CHOOSING = new Set(['merge', 'selector']);

/** The projects of a hub, as far as they are known. */
export interface KnownProjects {
  get(name: string): ProjectRecord | undefined;
  /** How much the account at the hub may see of them. */
  readable: Readable | undefined;
  /** Whether what they permit may be told: it names clusters. */
  tellsExpected: boolean;
}

/** What is known beside sets and clusters, and how much of that may be told. */
export interface Known {
  projects: KnownProjects;
  /** Keys of labels whose values may be told of a cluster; see `shownLabels`. */
  shownLabels: ReadonlySet<string>;
}

/** An ApplicationSet, and what is known beside it. */
export interface SetFacts {
  record: ApplicationSetRecord;
  /** Where its applications go, as far as there are any. */
  namespaces: ReadonlySet<string>;
}

/**
 * Why a set has no application for a cluster, as far as can be told, likeliest
 * first.
 */
export function setReasons(
  { record, namespaces }: SetFacts,
  cluster: ClusterRecord,
  { projects, shownLabels }: Known,
): ClusterReason[] {
  const { otherGenerators: generators } = record;
  const applicationSet = setName(record);
  const selection = selectionOf(record, cluster);
  const notJudged: ClusterReason[] =
    generators.length > 0
      ? [{ code: 'generators-not-judged', applicationSet, generators }]
      : [];
  if (selection.outcome === 'not-taken') {
    return [
      {
        ...{ code: 'not-selected', applicationSet },
        generators: selection.generators.map(miss =>
          missingGenerator(miss, shownLabels),
        ),
      },
      ...(generators.every(kind => CHOOSING.has(kind)) ? [] : notJudged),
    ];
  }
  return [
    ...(errorOf(record)
      ? [{ code: 'application-set-error' as const, applicationSet }]
      : []),
    ...projectReasons(record.project, {
      ...{ applicationSet, cluster, namespaces, projects },
    }),
    ...notJudged,
    ...(selection.outcome === 'taken' && generators.length === 0
      ? [{ code: 'not-generated' as const, applicationSet }]
      : []),
  ];
}

/** Why a project keeps its applications from a cluster; nothing where it does not. */
export function projectReasons(
  given: string,
  options: {
    applicationSet?: ApplicationSetName;
    cluster: ClusterRecord;
    /** Of the cluster; none where it is not known which. */
    namespaces: ReadonlySet<string>;
    projects: KnownProjects;
  },
): ClusterReason[] {
  const { applicationSet, cluster, namespaces, projects } = options;
  const project = given || 'default';
  const ofSet = applicationSet ? { applicationSet } : {};
  if (project.includes('{{')) {
    return [
      { code: 'project-not-checked', project, ...ofSet, why: 'templated' },
    ];
  }
  const record = projects.get(project);
  if (!record) {
    const why = projects.readable === 'all' ? 'not-found' : 'unreadable';
    return [{ code: 'project-not-checked', project, ...ofSet, why }];
  }
  const refusal = refusalAt(record, { cluster, namespaces });
  return refusal
    ? [
        {
          ...{ code: 'project-forbids', project, ...ofSet },
          refusal,
          expected: projects.tellsExpected
            ? record.destinations.slice(0, MOST_EXPECTED)
            : [],
          actual: actualDestination(cluster, namespaces),
        },
      ]
    : [];
}

/** The condition by which Argo CD says that it cannot do what a set says. */
export function errorOf({
  conditions,
}: Pick<ApplicationSetRecord, 'conditions'>) {
  return conditions.find(
    ({ type, status }) => type === 'ErrorOccurred' && status === 'True',
  );
}

export function setName({ namespace, name }: ApplicationSetName) {
  return { namespace, name };
}

/** Only what it refuses in every namespace that is in use. */
function refusalAt(
  project: ProjectRecord,
  options: { cluster: ClusterRecord; namespaces: ReadonlySet<string> },
): GateRefusal | undefined {
  const { registeredName, server, project: keptFor } = options.cluster;
  const to = { name: registeredName, server, project: keptFor };
  const refusals = [...options.namespaces].map(namespace =>
    refusalOf(project, { ...to, namespace }),
  );
  if (refusals.length === 0) {
    return refusalOf(project, to);
  }
  return refusals.includes(undefined) ? undefined : refusals[0];
}

function actualDestination(
  { registeredName, server }: ClusterRecord,
  namespaces: ReadonlySet<string>,
): ProjectDestination {
  const [namespace] = namespaces;
  return {
    ...{ server, name: registeredName },
    ...(namespaces.size === 1 && { namespace }),
  };
}

/** What a selector asks for is the set's. What a cluster has is told as everywhere else. */
function missingGenerator(
  { failed, withoutSecret }: GeneratorMiss,
  shownLabels: ReadonlySet<string>,
): MissingGenerator {
  return {
    labels: failed.map(({ key, operator, values, actual }) => ({
      ...{ key, operator, expected: values },
      ...(actual !== undefined && shownLabels.has(key) && { actual }),
    })),
    ...(withoutSecret && { withoutSecret }),
  };
}
