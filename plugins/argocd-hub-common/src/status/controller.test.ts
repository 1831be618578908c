import { controllerSilent } from './controller';
import { aCluster, minutesAgo, NOW, secondsAgo } from './testing/facts';

describe('controllerSilent', () => {
  it.each`
    attemptedAtMoved   | applications | agent    | skipReconcile | silent   | because
    ${secondsAgo(20)}  | ${3}         | ${false} | ${false}      | ${false} | ${'it moves'}
    ${secondsAgo(299)} | ${3}         | ${false} | ${false}      | ${false} | ${'not yet 5 min'}
    ${minutesAgo(5)}   | ${3}         | ${false} | ${false}      | ${true}  | ${'5 min'}
    ${undefined}       | ${3}         | ${false} | ${false}      | ${true}  | ${'it is empty'}
    ${minutesAgo(-60)} | ${3}         | ${false} | ${false}      | ${true}  | ${'it lies ahead: nobody knows when it was'}
    ${secondsAgo(-5)}  | ${3}         | ${false} | ${false}      | ${false} | ${'clocks of replicas differ a little'}
    ${minutesAgo(60)}  | ${0}         | ${false} | ${false}      | ${false} | ${'nothing to compute'}
    ${minutesAgo(60)}  | ${3}         | ${true}  | ${false}      | ${false} | ${'agents have no controller at the hub'}
    ${undefined}       | ${3}         | ${false} | ${true}       | ${false} | ${'told to skip it, which is frozen'}
  `(
    'is $silent: $because',
    ({ attemptedAtMoved, applications, agent, skipReconcile, silent }) => {
      const cluster = aCluster({
        applications,
        agent,
        skipReconcile,
        connection: {
          status: 'Successful',
          attemptedMovedAt: attemptedAtMoved,
        },
      });
      expect(controllerSilent(cluster, NOW)).toBe(silent);
    },
  );
});
