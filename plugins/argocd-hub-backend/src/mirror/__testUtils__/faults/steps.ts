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
  return async world => {
    let last: object = {};
    const withinMs = await world.green.staleAfterMs(world.hub.name);
    await until(async () => {
      const { rows, hubs } = await world.green.shown();
      last = { hubs, health: rows.map(({ health }) => health) };
      return (
        rows.length > 0 &&
        rows.every(
          ({ health, sync }) =>
            health.status === 'Unknown' &&
            sync.status === 'Unknown' &&
            health.reason?.startsWith('hub-'),
        )
      );
    }, withinMs).catch(() => {
      throw new Error(`Not everything is muted: ${JSON.stringify(last)}`);
    });
  };
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

/** The hub calls it Degraded, which must not be shown as Healthy for long. */
export function isDegraded(name: string): Step {
  return world => world.degrade(name);
}

/** Makes applications that are known soon, lets something happen, and removes them. */
export function applicationsComeAndGo(
  names: string[],
  { between }: { between: Step[] },
): Step {
  return async world => {
    for (const name of names) {
      await world.hub.createApplication(name);
    }
    await world.isTrue();
    for (const step of between) {
      await step(world);
    }
    for (const name of names) {
      await world.hub.removeApplication(name);
    }
  };
}

/** No application was taken for gone so far, but for those that may be. */
export function nothingIsRemoved(options: { but?: string[] } = {}): Step {
  return async world => {
    const all = await world.writes.removed();
    const removed = all.filter(key => !options.but?.includes(key));
    if (removed.length) {
      throw new Error(`Taken for gone: ${removed.join(', ')}`);
    }
  };
}

/** Deletes every ApplicationSet and application at the hub. */
export function hubIsEmptied(): Step {
  return async ({ hub }) => {
    const { sets } = await hub.truth();
    for (const { metadata } of sets) {
      await hub.call('DELETE', `/api/v1/applicationsets/${metadata.name}`);
    }
    await until(async () => {
      const { applications } = await hub.truth();
      for (const { metadata } of applications) {
        await hub.removeApplication(metadata.name).catch(() => undefined);
      }
      return !applications.length;
    });
  };
}

export function hubHasApplications(names: string[]): Step {
  return async world => {
    for (const name of names) {
      await world.hub.createApplication(name);
    }
  };
}

/** Another hub, made anew, answers at the same address. */
export function hubIsReplaced(): Step {
  return world => world.hub.replace();
}

/** A token of the hub that is there now, for backends that start from now on. */
export function operatorGivesNewToken(): Step {
  return world => world.renewToken();
}
