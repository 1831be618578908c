export { invalidConfig as invalid } from 'backstage-plugin-argocd-hub-node';
