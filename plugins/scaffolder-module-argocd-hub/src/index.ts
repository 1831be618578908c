/**
 * Form fields of Argo CD Hub for scaffolder templates.
 *
 * @packageDocumentation
 */

export { scaffolderModuleArgocdHub as default } from './module';
export { scaffolderArgocdHubTranslationRef } from './translation';
