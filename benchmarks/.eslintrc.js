module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  // Installed apart from everything else, with lock files of their own.
  ignorePatterns: ['incumbents/'],
});
