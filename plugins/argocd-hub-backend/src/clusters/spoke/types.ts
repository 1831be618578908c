/** A Kubernetes object as far as it is written or compared here. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    resourceVersion?: string;
  };
  [key: string]: unknown;
}

/** What somebody would do, as SelfSubjectAccessReview asks it. */
export interface AccessRequest {
  verb: string;
  /** Empty for the core group, `*` for all. */
  group: string;
  resource: string;
  namespace?: string;
  name?: string;
}
