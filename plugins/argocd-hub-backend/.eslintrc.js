/** What everything may import. */
const SHARED = ['compareText.ts', 'glob.ts'];

/** Which folders of src the code of each may import from, besides its own; wiring at the top may all. */
const LAYERS = {
  async: [],
  config: ['config.ts'],
  hub: ['async', 'config.ts'],
  store: ['config.ts'],
  mirror: ['async', 'config.ts', 'hub', 'store'],
  applicationSets: ['store'],
  clusters: [
    'applicationSets',
    'async',
    'config.ts',
    'errors.ts',
    'hub',
    'store',
  ],
  mapping: ['applicationSets', 'async', 'config.ts', 'store'],
  permissions: ['config.ts', 'mapping', 'store'],
  estate: [
    'async',
    'config.ts',
    'mapping',
    'paging.ts',
    'permissions',
    'store',
  ],
  explain: [
    'applicationSets',
    'async',
    'estate',
    'mapping',
    'paging.ts',
    'permissions',
    'store',
  ],
  metrics: ['async', 'estate', 'hub', 'metrics.ts', 'mirror'],
  routers: [
    'clusters',
    'config.ts',
    'errors.ts',
    'estate',
    'explain',
    'hub',
    'mapping',
    'paging.ts',
    'permissions',
    'schema',
    'store',
  ],
  schema: [],
};

module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  settings: { 'import/resolver': { node: { extensions: ['.ts', '.js'] } } },
  overrides: [
    {
      files: ['src/**/*.ts'],
      // Tests put the parts together.
      excludedFiles: ['**/*.test.ts', '**/__testUtils__/**', 'src/testing/**'],
      rules: {
        'import/no-restricted-paths': [
          'error',
          {
            zones: Object.entries(LAYERS).map(([folder, allowed]) => ({
              target: `${__dirname}/src/${folder}`,
              from: `${__dirname}/src`,
              except: [folder, ...SHARED, ...allowed].map(path => `./${path}`),
              message: `Dependencies point one way: ${folder} may import from ${[
                ...SHARED,
                ...allowed,
              ].join(', ')}.`,
            })),
          },
        ],
      },
    },
    {
      // Scenarios end with judges, which are their assertions.
      files: ['src/mirror/faults/**/*.test.ts'],
      rules: {
        'jest/expect-expect': [
          'warn',
          {
            assertFunctionNames: ['expect', '**.thenItHolds', 'fc.assert'],
          },
        ],
        'jest/no-standalone-expect': 'off',
      },
    },
  ],
});
