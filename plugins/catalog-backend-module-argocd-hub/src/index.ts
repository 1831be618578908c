/**
 * The argocd-hub backend module for the catalog plugin.
 *
 * @packageDocumentation
 */

export { catalogModuleArgocdHub as default } from './module';
