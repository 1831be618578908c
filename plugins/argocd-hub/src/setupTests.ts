import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

/* eslint-disable no-console */

// A whole app per test takes its time on a busy machine.
jest.setTimeout(30_000);
configure({ asyncUtilTimeout: 10_000 });

// jsdom cannot parse the nested media queries of the app's own sidebar, which
// is no concern of these tests.
const warn = console.warn;
console.warn = (...args: unknown[]) => {
  if (!String(args[0]).startsWith('Warning: [JSS] processedRuleToParse')) {
    warn(...args);
  }
};
