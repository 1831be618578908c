export { argocdHubPlugin as default } from './plugin';
