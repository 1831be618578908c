import type { HumanDuration } from '@backstage/types';

export interface Config {
  /** Argo CD Hub: what is deployed where, as your Argo CD hubs know it. */
  argocdHub?: {
    /** The Argo CD installations to read. A hub that is down never stops Backstage from starting. */
    hubs?: Array<{
      /** Lower-case letters, digits and `-`; part of addresses, so do not change it. */
      name: string;
      /** Shown to people. Default: the name. */
      title?: string;
      /** Address of the Argo CD API server, without `/api`; a base path is allowed. */
      url: string;
      /** Address for links, where it differs from `url`. */
      uiUrl?: string;
      /**
       * Token of an Argo CD account with the `apiKey` capability. Where it is
       * missing or empty only this hub is not read.
       * @visibility secret
       */
      token?: string;
      /**
       * Account to sign in with, where there is no token: one session is kept and renewed.
       * @visibility secret
       */
      username?: string;
      /**
       * Password of `username`.
       * @visibility secret
       */
      password?: string;
      /** How the hub's certificate is verified. Default: as Node does. */
      tls?: {
        /** File with the CA certificates of this hub, in PEM. Where it cannot be read only this hub is not. */
        caFile?: string;
        /** The same inline: PEM, or PEM in base64. */
        caData?: string;
        /** Accepts any certificate: whoever answers at `url` gets the token. Logged as a warning. */
        dangerouslySkipTlsVerify?: boolean;
      };
      /** Time between full lists, which repair what the stream missed. Default 60 s; stretched where listing is slow. */
      relist?: HumanDuration | string;
      /** Longest time that one call may take. Default 30 s; lists of applications get four times as long. */
      requestTimeout?: HumanDuration | string;
      /**
       * Live reads of each cluster through the hub, which find a dead cluster
       * that the hub still reports as healthy. `false` switches them off:
       * clusters are then never shown as reachable.
       */
      heartbeat?:
        | boolean
        | {
            /** Time between two live reads of one cluster. Default 30 s. */
            interval?: HumanDuration | string;
            /** Most live reads of this hub a second: 0.1 to 1000. Default 10. */
            maxPerSecond?: number;
          };
      /** Names cluster entities `<hub>-<cluster>`, for hubs that have clusters of the same name. */
      prefixClusterEntities?: boolean;
    }>;
    /** Environments in the order of columns and of promotion. Default: dev, staging, prod, dr. */
    environments?: string[];
    /** Which labels of a cluster say what. */
    clusterLabels?: {
      /** Default `env`. */
      environment?: string;
      /** Default `role`. */
      role?: string;
      /** Default `region`. */
      region?: string;
      /** Default `failover-group`. */
      failoverGroup?: string;
      /** Default `lifecycle`. */
      lifecycle?: string;
    };
    /** Which applications belong to which catalog entity. */
    mapping?: {
      /** Label or annotation of an application that names its entity. Default `backstage.io/entity-ref`; not `backstage.io/kubernetes-id`, which entities choose themselves. */
      applicationEntityRefKey?: string;
      /** Project glob, as Argo CD's projects have them for destinations (`*`, `?`, `[a-z]`, `{a,b}`) -> owners whose entities may claim its applications. Default: every project for everyone. */
      projects?: { [projectGlob: string]: string[] };
    };
    /** Registration of clusters. */
    onboarding?: {
      /** Host globs and CIDR ranges that the backend may dial; loopback, link-local and metadata addresses only when named. Default: none, so that nothing can be onboarded. */
      allowedServers?: string[];
      /** Credentials that a template may name instead of carrying one. */
      credentials?: {
        [name: string]: {
          /** File with a kubeconfig of one context and inline data. */
          kubeconfigFile: string;
        };
      };
    };
    /** What happened to deployments: revisions, sync, health and operations. */
    history?: {
      /**
       * How long changes are kept, from 1 hour to 3,650 days. Default 30 days. Argo CD
       * itself forgets after 10 deployments of an application.
       */
      retention?: HumanDuration | string;
    };
    /** Allows writes where the permission framework is off: then everyone who can sign in may change clusters. */
    dangerouslyAllowWritesWithoutPermissions?: boolean;
  };
}
