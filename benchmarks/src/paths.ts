import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(__filename);
const here = dirname(require.resolve('benchmarks/package.json'));

/** The repository. */
export const root = join(here, '..');

/** A file of this folder. */
export function inBenchmarks(...names: string[]): string {
  return join(here, ...names);
}

/** Arguments of Node that run a TypeScript file. */
export function typescript(file: string): string[] {
  const transform = '@backstage/cli/config/nodeTransform.cjs';
  return ['--require', require.resolve(transform), file];
}

/** The command of the simulator. */
export function simulatorCommand(): string {
  return join(require.resolve('hub-simulator/package.json'), '../src/cli.ts');
}
