export { scaffolderModuleArgocdHub as default } from './module';
