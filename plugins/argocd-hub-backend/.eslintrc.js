module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  overrides: [
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
