import '@testing-library/jest-dom';
/* eslint-disable no-console */

// jsdom cannot parse the nested media queries of the app's own sidebar, which
// is no concern of these tests.
const warn = console.warn;
console.warn = (...args: unknown[]) => {
  if (!String(args[0]).startsWith('Warning: [JSS] processedRuleToParse')) {
    warn(...args);
  }
};
