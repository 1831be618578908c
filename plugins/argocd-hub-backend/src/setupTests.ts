import {
  followLoggers,
  followSimulators,
  watchCanaries,
} from './__testUtils__/canaries/watchCanaries';

watchCanaries();

// Loaded only by the test files that need them.
jest.mock('@backstage/backend-test-utils', () => {
  const module = jest.requireActual('@backstage/backend-test-utils');
  followLoggers(module);
  return module;
});
jest.mock('hub-simulator', () =>
  followSimulators(jest.requireActual('hub-simulator')),
);
