import type { HealthStatus } from 'backstage-plugin-argocd-hub-common';
import { until } from '../MirrorWorld';
import type { Step } from './scenario';
import type { Fault } from './SimulatedHub';

/** Long enough for a hub with lists every 500 ms to be stale, with time to look at it. */
export const LOST_FOR_MS = 4_500;

/** People and controllers go on with their work until the scenario ends. */
export function changesGoOn(): Step {
  return world => world.startChanges();
}

export function changesEnd(): Step {
  return world => world.stopChanges();
}

/** Nothing true comes from the hub any more. */
export function hubIsLostTo(fault: Fault): Step {
  return world => world.breakHub(fault);
}

/** As `hubIsLostTo`, where the fault is there already. */
export function hubIsLost(): Step {
  return world => world.green.hubIsLost(world.hub.name);
}

/** The way to the hub is bad, and yet something comes through. */
export function hubSuffers(fault: Fault): Step {
  return world => world.breakHub(fault, { isLost: false });
}

export function hubHeals(): Step {
  return world => world.healHub();
}

export function timePasses(ms: number): Step {
  return world => world.wait(ms);
}

/** A call of the control API; `/hub/…` is about the first hub. */
export function control(path: string, body: object = {}): Step {
  return world => world.hub.control(path, body);
}

/** Nothing is shown in colour: every row is Unknown, and says why. */
export function everythingIsMuted(): Step {
  return world =>
    until(async () => {
      const { rows } = await world.green.shown();
      return (
        rows.length > 0 &&
        rows.every(
          ({ health, sync }) =>
            health.status === 'Unknown' &&
            sync.status === 'Unknown' &&
            health.reason?.startsWith('hub-'),
        )
      );
    });
}

/** The named application is shown so, within the time. */
export function isShownAs(
  name: string,
  status: HealthStatus,
  withinMs = 10_000,
): Step {
  return world =>
    until(async () => {
      const { rows } = await world.green.shown();
      return rows.some(
        row => row.name === name && row.health.status === status,
      );
    }, withinMs);
}

/** The database equals the hub's truth while the fault is still there. */
export function isTrueMeanwhile(withinMs?: number): Step {
  return async world => {
    await world.stopChanges();
    await world.isTrue(withinMs);
  };
}

export function backendsRestart(): Step {
  return world => world.restartBackends();
}
