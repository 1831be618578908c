export interface Config {
  argocdHub?: {
    /** What Argo CD Hub writes into the catalog. */
    catalog?: {
      /**
       * Owner of the entities of clusters that have no label `owner`, as an
       * entity ref; a name alone is a group. Default: `unknown`.
       */
      clusterOwner?: string;
      /**
       * Makes every component and resource depend on the clusters it is on:
       * `dependsOn` there, `dependencyOf` on the entity of the cluster. The
       * catalog stores two relations for each placement, and rewrites the
       * entity of a cluster whenever something comes or goes there: leave it
       * off where clusters carry thousands of components. Default: false.
       */
      dependsOn?: boolean;
      /**
       * Describes the annotations that are read and written to the catalog's
       * model, for people and agents that ask for it. An alpha feature of the
       * catalog, from Backstage 1.55 on: with any description of this kind the
       * catalog validates all entities by its model rather than by its
       * built-in rules. Default: false.
       */
      declareModel?: boolean;
    };
  };
}
