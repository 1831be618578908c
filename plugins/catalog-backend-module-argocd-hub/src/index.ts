/**
 * The argocd-hub backend module for the catalog plugin.
 *
 * @packageDocumentation
 */

export { catalogFeatureArgocdHub as default } from './feature';
