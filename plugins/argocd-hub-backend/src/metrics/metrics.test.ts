import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { INSTRUMENTS, type Instrument } from '../metrics';
import {
  type Measured,
  RecordingMetrics,
} from './__testUtils__/RecordingMetrics';
import { EventLoopDelay } from '../async/EventLoopDelay';
import { PluginMetrics } from './PluginMetrics';

const instruments: Instrument[] = Object.values(INSTRUMENTS);

/** Rows of the table below the heading, cells without markup. */
function documented(): string[][] {
  const readme = readFileSync(resolve(__dirname, '../../README.md'), 'utf8');
  const section = readme.split(/^## Metrics$/m)[1]?.split(/^## /m)[0] ?? '';
  return section
    .split('\n')
    .filter(line => line.startsWith('| `argocd_hub.'))
    .map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.replaceAll('`', '').trim()),
    );
}

describe('the instruments', () => {
  it.each(instruments.map(instrument => [instrument.name, instrument]))(
    'are described in the README as they are: %s',
    (name, instrument) => {
      const { kind, unit, attributes } = instrument as Instrument;
      const row = documented().find(
        ([documentedName]) => documentedName === name,
      );

      expect(row?.slice(1, 4)).toEqual([kind, unit, attributes.join(', ')]);
    },
  );

  it('are all that the README names', () => {
    expect(documented().map(([name]) => name)).toEqual(
      instruments.map(({ name }) => name),
    );
  });

  it('are made as the table says', () => {
    const metrics = new RecordingMetrics();
    const subject = PluginMetrics.create({ metrics: metrics.service });
    subject.observe({ stored: async () => [], clients: new Map() });
    subject.stop();

    expect([...metrics.made.keys()].sort()).toEqual(
      instruments.map(({ name }) => name).sort(),
    );
    for (const { name, kind, unit, description, advice } of instruments) {
      expect(metrics.made.get(name)).toEqual({
        kind,
        options: { unit, description, ...(advice && { advice }) },
      });
    }
  });

  it('carry no attributes but those of the table', async () => {
    const metrics = new RecordingMetrics();
    const subject = PluginMetrics.create({ metrics: metrics.service });
    const mirror = subject.ofMirror('main');
    subject.called('main', {
      route: 'version',
      outcome: 'ok',
      durationMs: 1,
      bytes: 10,
    });
    mirror.listed({ outcome: 'success', durationMs: 1 });
    mirror.repaired(1);
    mirror.reconnected();
    mirror.leaseLost();
    mirror.batchWritten({ size: 2, changed: 1, durationMs: 1 });
    mirror.heartbeat('good');
    subject.observe({
      stored: async () => [
        {
          hub: 'main',
          ageMs: 1_500,
          applications: 3,
          skipped: 1,
          clusters: { reachable: 2, unreachable: 0 },
        },
      ],
      clients: new Map([['main', { downSince: 1 }]]),
    });
    // The event loop has nothing to tell before its own timer ran, which a busy machine puts off.
    const observed = new Map<string, Measured>();
    while (!observed.has(INSTRUMENTS.eventLoopDelay.name)) {
      await new Promise(done => setTimeout(done, 20));
      (await metrics.collect()).forEach(one => observed.set(one.name, one));
    }
    const all = [...metrics.recorded, ...observed.values()];
    subject.stop();

    for (const { name, attributes } of instruments) {
      const given = all.find(measured => measured.name === name);
      expect([name, Object.keys(given?.attributes ?? {})]).toEqual([
        name,
        attributes,
      ]);
    }
  });

  it('read the store once for all that is observed together', async () => {
    const metrics = new RecordingMetrics();
    const subject = PluginMetrics.create({ metrics: metrics.service });
    const stored = jest.fn(async () => []);
    subject.observe({ stored, clients: new Map() });

    await metrics.collect();
    expect(stored).toHaveBeenCalledTimes(1);
    await metrics.collect();
    expect(stored).toHaveBeenCalledTimes(2);

    subject.stop();
    expect(await metrics.collect()).toEqual([]);
    expect(stored).toHaveBeenCalledTimes(2);
  });
});

describe('EventLoopDelay', () => {
  const wait = (milliseconds: number) =>
    new Promise(done => setTimeout(done, milliseconds));

  it('tells of a stall once', async () => {
    const delay = EventLoopDelay.start()!;
    await wait(50);
    const stalledUntil = performance.now() + 150;
    while (performance.now() < stalledUntil);
    await wait(50);

    expect(delay.read()?.max).toBeGreaterThan(0.1);
    await wait(50);
    expect(delay.read()?.max).toBeLessThan(0.1);
    delay.stop();
  });

  it('says nothing when it has seen nothing', async () => {
    const delay = EventLoopDelay.start()!;
    await wait(50);
    delay.read();
    delay.stop();
    expect(delay.read()).toBeUndefined();
  });
});
