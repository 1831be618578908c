import {
  type ClusterFacts,
  controllerSilent,
} from 'backstage-plugin-argocd-hub-common/status';
import { ConnectionWatch } from './ConnectionWatch';
import { trimCluster } from './trimCluster';

const START = Date.parse('2026-03-01T12:00:00Z');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const server = 'https://10.0.0.1:6443';

/** A controller that writes every 20 s by a clock of its own until it dies, and we who look every 10 s. */
class Fixture {
  watch = new ConnectionWatch();
  facts: ClusterFacts['connection'] = { status: '' };
  status = 'Successful';
  isAlive = true;
  #real = 0;
  #hubOffset: number;
  #ourOffset = 0;
  #written: number;

  constructor(options: { hubIsAheadBy?: number } = {}) {
    this.#hubOffset = options.hubIsAheadBy ?? 0;
    this.#written = -10 * SECOND;
  }

  get now(): number {
    return START + this.#real + this.#ourOffset;
  }

  isSilent(): boolean {
    return controllerSilent(
      {
        applications: 1,
        agent: false,
        skipReconcile: false,
        connection: this.facts,
      },
      this.now,
    );
  }

  look(): this {
    const attemptedAt = new Date(START + this.#written + this.#hubOffset);
    this.facts = this.watch.see(
      server,
      {
        status: this.status,
        attemptedAt: `${attemptedAt.toISOString().slice(0, 19)}Z`,
      },
      this.now,
    );
    return this;
  }

  /** @param look - false while our backend is down */
  pass(ms: number, look = true): this {
    for (const end = this.#real + ms; this.#real < end; ) {
      this.#real += 10 * SECOND;
      if (this.isAlive && this.#real - this.#written >= 20 * SECOND) {
        this.#written = this.#real;
      }
      if (look) {
        this.look();
      }
    }
    return this;
  }

  dies(): this {
    this.isAlive = false;
    return this;
  }

  restart(): this {
    const { facts } = this;
    this.watch = new ConnectionWatch();
    this.watch.remember(server, JSON.parse(JSON.stringify(facts)));
    return this;
  }

  ourClockJumps(ms: number): this {
    this.#ourOffset += ms;
    return this;
  }
}

describe.each([
  { clock: 'right', hubIsAheadBy: 0 },
  { clock: 'ten minutes ahead', hubIsAheadBy: 10 * MINUTE },
  { clock: 'ten minutes behind', hubIsAheadBy: -10 * MINUTE },
])('a controller at a hub whose clock is $clock', ({ hubIsAheadBy }) => {
  it('is not silent while it writes, from the second sight on', () => {
    const hub = new Fixture({ hubIsAheadBy });
    hub.look().pass(30 * SECOND);
    for (let looks = 0; looks < 120; looks++) {
      expect(hub.isSilent()).toBe(false);
      hub.pass(10 * SECOND);
    }
  });

  it('is silent five minutes after it wrote last, not before', () => {
    const hub = new Fixture({ hubIsAheadBy })
      .look()
      .pass(10 * MINUTE)
      .dies();
    hub.pass(4 * MINUTE + 30 * SECOND);
    expect(hub.isSilent()).toBe(false);
    hub.pass(50 * SECOND);
    expect(hub.isSilent()).toBe(true);
  });

  it('is silent that long after it wrote last, though we started anew in between', () => {
    const hub = new Fixture({ hubIsAheadBy })
      .look()
      .pass(10 * MINUTE)
      .dies();
    hub
      .pass(2 * MINUTE)
      .restart()
      .look();
    expect(hub.isSilent()).toBe(false);
    hub.pass(3 * MINUTE + 30 * SECOND);
    expect(hub.isSilent()).toBe(true);
    hub.restart().look();
    expect(hub.isSilent()).toBe(true);
  });

  it('is silent at our first look after hours in which it died', () => {
    const hub = new Fixture({ hubIsAheadBy }).look().pass(10 * MINUTE);
    hub.pass(HOUR, false).dies().pass(HOUR, false).restart().look();
    expect(hub.isSilent()).toBe(true);
  });

  it('is not silent at our first look after hours in which it went on', () => {
    const hub = new Fixture({ hubIsAheadBy }).look().pass(10 * MINUTE);
    hub
      .pass(2 * HOUR, false)
      .restart()
      .look();
    expect(hub.isSilent()).toBe(false);
  });

  it.each([HOUR, -HOUR])(
    'is not silent for long when our clock jumps by %p ms, and still is once it dies',
    ms => {
      const hub = new Fixture({ hubIsAheadBy }).look().pass(10 * MINUTE);
      hub.ourClockJumps(ms).pass(30 * SECOND);
      expect(hub.isSilent()).toBe(false);
      hub.dies().pass(5 * MINUTE + 30 * SECOND);
      expect(hub.isSilent()).toBe(true);
    },
  );

  it.each([HOUR, -HOUR])(
    'that died is silent though our clock jumps by %p ms',
    ms => {
      const hub = new Fixture({ hubIsAheadBy })
        .look()
        .pass(10 * MINUTE)
        .dies();
      hub
        .pass(10 * SECOND)
        .ourClockJumps(ms)
        .pass(5 * MINUTE + 30 * SECOND);
      expect(hub.isSilent()).toBe(true);
    },
  );

  it('is written down once a minute at most', () => {
    const hub = new Fixture({ hubIsAheadBy }).look().pass(MINUTE);
    const noted = new Set<string>();
    for (let minutes = 0; minutes < 60; minutes++) {
      for (let looks = 0; looks < 6; looks++) {
        noted.add(JSON.stringify(hub.pass(10 * SECOND).facts));
      }
    }
    expect(noted.size).toBeLessThanOrEqual(61);
  });
});

describe('a connection', () => {
  it('has its state since we first saw it, also over a restart', () => {
    const hub = new Fixture().look().pass(MINUTE);
    hub.status = 'Failed';
    const failedAt = hub.pass(10 * SECOND).now;
    expect(hub.pass(MINUTE).facts).toMatchObject({
      status: 'Failed',
      since: failedAt,
      reason: 'other',
    });
    hub.restart().pass(MINUTE);
    expect(hub.facts.since).toBe(failedAt);
    hub.status = 'Successful';
    const backAt = hub.pass(10 * SECOND).now;
    expect(hub.facts).toMatchObject({ status: 'Successful', since: backAt });
    expect(hub.facts.reason).toBeUndefined();
  });

  it('begins anew where a cluster was away and is registered again', () => {
    const hub = new Fixture().look().pass(HOUR);
    hub.watch.retain(new Set([server]));
    expect(hub.look().facts.since).toBe(START);
    hub.watch.retain(new Set());
    const backAt = hub.pass(10 * SECOND).now;
    expect(hub.facts.since).toBe(backAt);
  });

  it.each([undefined, null, '', 'yesterday', '9'.repeat(10_000)])(
    'without a moment of its own (%p) has a silent controller',
    attemptedAt => {
      const hub = new Fixture().look().pass(MINUTE);
      const { connection } = trimCluster({
        name: 'prod',
        server,
        info: { connectionState: { status: '', attemptedAt } },
      });
      hub.facts = hub.watch.see(server, connection, hub.now);
      expect(hub.facts.status).toBe('');
      expect(hub.isSilent()).toBe(true);
      expect(hub.pass(20 * SECOND).isSilent()).toBe(false);
    },
  );
});
