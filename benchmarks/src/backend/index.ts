import { createBackend } from '@backstage/backend-defaults';
import { bareRoute } from './bareRoute';
import { benchmarkPolicy } from './policy';

// The backend that is measured: what a portal with our plugin needs, no more.
const backend = createBackend();
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@backstage/plugin-signals-backend'));
if (process.env.BENCH_POLICY) {
  backend.add(import('@backstage/plugin-auth-backend'));
  backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));
  backend.add(import('@backstage/plugin-permission-backend'));
  backend.add(benchmarkPolicy(process.env.BENCH_POLICY));
}
backend.add(import('backstage-plugin-argocd-hub-backend'));
backend.add(bareRoute);
backend.start();
