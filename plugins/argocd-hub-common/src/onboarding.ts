/** What the identity made for the hub may do on the cluster. @public */
export type RbacPreset = 'namespaced' | 'scoped' | 'admin';

/**
 * The body of `POST /clusters/plan` and `POST /clusters`.
 *
 * @public
 */
export interface ClusterRegistration {
  /** Name of the hub; may be left out where only one is configured. */
  hub?: string;
  /** Name under which the hub will know the cluster. */
  name: string;
  labels: Record<string, string>;
  /** Read everything, write in `destinationNamespaces` only, is `scoped` (the default). */
  preset?: RbacPreset;
  /** Namespaces in which the hub may write. */
  destinationNamespaces: string[];
  /** Namespace of the service account made on the cluster; default `argocd-hub`. */
  serviceAccountNamespace?: string;
  credential: ClusterCredential;
}

/** Used in one call and dropped: a kubeconfig with inline data, or the name of a configured one. @public */
export type ClusterCredential = { kubeconfig: string } | { name: string };

/** One check of the preflight. `failed` stops a registration, `warning` does not. @public */
export interface PreflightCheck {
  /** Stable id, such as `address`, `tls`, `version`, `rights`, `name`, `server`, `labels`, `dry-run`. */
  check: string;
  result: 'passed' | 'warning' | 'failed';
  /** Plain words with the way out; never holds a credential. */
  message: string;
}

/** @public */
export interface ClusterPlan {
  hub: string;
  name: string;
  server: string;
  kubernetesVersion?: string;
  checks: PreflightCheck[];
  /** Objects as they would be made on the cluster; no credential in them. */
  manifests: object[];
  /** Names of objects that exist already as planned. */
  unchanged: string[];
  /** The labels to set last: those asked for, and the one that ends onboarding. */
  labels: Record<string, string>;
  /** The hub has this cluster already, under this name. */
  registered: boolean;
  /**
   * What would appear that is not there: `registration` needs no label,
   * `labels` comes with the final ones. No `application` where the hub did not tell its name.
   */
  appears: {
    applicationSet: string;
    application?: string;
    at: 'registration' | 'labels';
  }[];
  /** ApplicationSets that deploy to the cluster already and go on to. */
  kept: string[];
}

/** @public */
export interface ClusterRegistered {
  hub: string;
  name: string;
  server: string;
  /** False when everything was there as asked for. */
  changed: boolean;
  /** What this call made or changed, for people; empty when `changed` is false. */
  changes: string[];
  checks: PreflightCheck[];
}

/** The body of `PATCH /clusters/:hub/:cluster/labels`; `null` removes a label. @public */
export interface LabelPatch {
  labels: Record<string, string | null>;
}

/** @public */
export interface LabelsChanged {
  hub: string;
  name: string;
  /** All labels, as they are now or, in a dry run, as they would be. */
  labels: Record<string, string>;
  /** False when the labels were as asked for. */
  changed: boolean;
  /** Only in a dry run. */
  preview?: LabelPreview;
}

/** What a change of labels would deploy and delete. @public */
export interface LabelPreview {
  appears: { applicationSet: string; application?: string }[];
  /** `deleted` is false where the set's own policy keeps applications. */
  vanishes: { applicationSet: string; deleted: boolean }[];
  /** What could not be told, or would go wrong. */
  notes: string[];
}

/** One entity's slow facts in `GET /placements`. @public */
export interface Placement {
  entityRef: string;
  /** Sorted names of cluster entities. */
  clusters: string[];
  /** In configured order. */
  environments: string[];
}

/**
 * The answer of `GET /placements?since`. Without `since`, or when it is too
 * old, all placements are sent and `complete` is true.
 *
 * @public
 */
export interface Placements {
  /** Pass it as `since` next time. */
  cursor: string;
  complete: boolean;
  /** An entity without clusters has an empty list: it was placed before. */
  items: Placement[];
  /** False while a hub has not been mirrored completely, or the catalog not read: missing entities prove nothing. */
  trustworthy: boolean;
  /**
   * Sorted names of cluster entities whose hubs have been mirrored completely:
   * an entity that is not placed there is not there. Only sent where the whole
   * is not trustworthy.
   */
  settled?: string[];
}
