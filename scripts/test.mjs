// All unit and integration tests, from a fresh clone to an exit code. Further
// arguments go to jest: npm test -- plugins/argocd-hub --coverage
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { run } from './failure.mjs';
import { root } from './node.mjs';
import { prepare } from './setup.mjs';

// Some packages exist as ECMAScript modules only, which jest needs a flag for.
const NODE_OPTIONS = [
  process.env.NODE_OPTIONS,
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
];

await run(async () => {
  const { node, env } = await prepare();
  const child = spawn(
    node,
    [
      'node_modules/@backstage/cli/bin/backstage-cli',
      ...['repo', 'test', '--watchAll=false'],
      ...process.argv.slice(2),
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        // Databases run on SQLite, and on PostgreSQL where a connection string
        // is given (see CONTRIBUTING.md), never in a container of our own.
        BACKSTAGE_TEST_DISABLE_DOCKER: '1',
        ...env,
        NODE_OPTIONS: NODE_OPTIONS.filter(Boolean).join(' '),
      },
    },
  );
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = await once(child, 'close');
  process.exitCode = code ?? 1;
});
