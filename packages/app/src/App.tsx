import { createApp } from '@backstage/frontend-defaults';
import { navModule } from './modules/nav';

// `app.packages: all` finds the plugins; only what is ours alone is named here.
export default createApp({ features: [navModule] });
