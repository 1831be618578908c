/**
 * The argocd-hub backend module for the search plugin.
 *
 * @packageDocumentation
 */

export { searchModuleArgocdHub as default } from './module';
export { withPlacements } from './withPlacements';
