/**
 * Scaffolder actions that onboard, label and wait for clusters of an Argo CD hub.
 *
 * @packageDocumentation
 */

export { scaffolderModuleArgocdHub as default } from './module';
