export interface Config {
  argocdHub?: {
    /** What Argo CD Hub writes into the catalog. */
    catalog?: {
      /** Owner of the entities of clusters that have no label `owner`, as an entity ref. Default: `unknown`. */
      clusterOwner?: string;
    };
  };
}
