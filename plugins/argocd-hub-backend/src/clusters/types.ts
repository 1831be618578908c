import type { ArgocdHubConfig } from '../config';
import type { HubClient } from '../hub/types';
import type { AddressPolicy } from './addressPolicy';

/** The calls of a hub that the life of a cluster needs. */
export type OnboardingHub = Pick<
  HubClient,
  | 'listClusters'
  | 'getCluster'
  | 'createCluster'
  | 'replaceLabels'
  | 'listApplicationSets'
  | 'generateApplicationSet'
>;

/** What every step of the life of a cluster works with. */
export interface OnboardingContext {
  /** Name of the hub. */
  hub: string;
  client: OnboardingHub;
  policy: AddressPolicy;
  /** Throws once another replica may work on the same cluster: called before each write. */
  assertAlone?: () => void;
  config: Pick<
    ArgocdHubConfig,
    'environments' | 'clusterLabels' | 'onboarding'
  >;
}
