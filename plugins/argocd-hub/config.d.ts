export interface Config {
  argocdHub?: {
    /**
     * Environments in order; the first where a component does not run yet is
     * suggested when a cluster is added.
     * @deepVisibility frontend
     */
    environments?: string[];
    clusterLabels?: {
      /**
       * Label of a cluster that names its environment. Default `env`.
       * @visibility frontend
       */
      environment?: string;
    };
    /**
     * Without it, and without `permission.enabled`, no cluster can be added, so
     * that the button is not offered.
     * @visibility frontend
     */
    dangerouslyAllowWritesWithoutPermissions?: boolean;
  };
}
