import type { Application, ApplicationSpec, Health } from './argocd';
import type { KubernetesObject, LabelSelector } from './kubernetes';

/** What an application is made from; every string may hold placeholders. */
export interface ApplicationSetTemplate {
  metadata: {
    name?: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
  };
  spec: ApplicationSpec;
}

export interface ListGenerator {
  elements?: unknown[];
  elementsYaml?: string;
  template?: Partial<ApplicationSetTemplate>;
}

export interface ClusterGenerator {
  selector?: LabelSelector;
  values?: Record<string, string>;
  template?: Partial<ApplicationSetTemplate>;
  flatList?: boolean;
}

export interface MatrixGenerator {
  generators?: Generator[];
  template?: Partial<ApplicationSetTemplate>;
}

/** One generator. Of the kinds that Argo CD knows only these three are simulated. */
export interface Generator {
  list?: ListGenerator;
  clusters?: ClusterGenerator;
  matrix?: MatrixGenerator;
  /** lets only those parameters through that match, nested keys joined by dots */
  selector?: LabelSelector;
  [kind: string]: unknown;
}

export interface RolloutStep {
  /** over labels of the generated applications */
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
  /** a number, or a percentage of the step's applications; 0 means by hand */
  maxUpdate?: number | string;
}

/** Which differences of live applications the controller leaves alone. */
export interface IgnoredDifference {
  /** of this application only */
  name?: string;
  jsonPointers?: string[];
  jqPathExpressions?: string[];
}

export interface ApplicationSetSpec {
  goTemplate?: boolean;
  goTemplateOptions?: string[];
  generators: Generator[];
  template: ApplicationSetTemplate;
  templatePatch?: string;
  syncPolicy?: {
    preserveResourcesOnDeletion?: boolean;
    applicationsSync?: string;
  };
  strategy?: {
    type?: string;
    rollingSync?: { steps?: RolloutStep[] };
    deletionOrder?: string;
  };
  preservedFields?: { annotations?: string[]; labels?: string[] };
  ignoreApplicationDifferences?: IgnoredDifference[];
  [key: string]: unknown;
}

export interface ApplicationSetCondition {
  type: string;
  status: string;
  reason: string;
  message: string;
  /** RFC 3339 */
  lastTransitionTime?: string;
}

/** Where one application stands in a rollout. */
export interface RolloutStatus {
  application: string;
  status: 'Waiting' | 'Pending' | 'Progressing' | 'Healthy';
  /** counted from 1; -1 when no step takes it */
  step: string;
  message: string;
  targetRevisions: string[];
  /** RFC 3339 */
  lastTransitionTime?: string;
}

/** One generated application in the status of its set. */
export interface GeneratedResource {
  group?: string;
  version?: string;
  kind?: string;
  name: string;
  namespace?: string;
  status?: string;
  health?: Health;
}

export interface ApplicationSetStatus {
  conditions?: ApplicationSetCondition[];
  applicationStatus?: RolloutStatus[];
  resources?: GeneratedResource[];
  /** how many there are; `resources` may hold fewer */
  resourcesCount?: number;
  health?: Health;
}

export interface ApplicationSet extends KubernetesObject {
  spec: ApplicationSetSpec;
  status?: ApplicationSetStatus;
}

/** An application as a set makes it: without status, maybe without a namespace. */
export type GeneratedApplication = Pick<
  Application,
  'metadata' | 'spec' | 'operation'
>;
