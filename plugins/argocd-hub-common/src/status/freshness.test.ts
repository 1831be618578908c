import { freshness } from './freshness';
import { isoOf, minutesAgo, NOW, secondsAgo } from './testing/facts';

// A list every 60 s gives a budget of 90 s: lagging over 90 s, stale over 270 s.
const started = { startedAt: minutesAgo(60), listIntervalMs: 60_000 };

describe('freshness of a hub', () => {
  it.each`
    stream    | list      | expected     | because
    ${1}      | ${30}     | ${'live'}    | ${'both came within budget'}
    ${90}     | ${3000}   | ${'live'}    | ${'stream bytes alone suffice, up to the budget'}
    ${3000}   | ${90}     | ${'live'}    | ${'a list alone suffices, up to the budget'}
    ${'none'} | ${30}     | ${'live'}    | ${'a hub without applications sends no stream bytes'}
    ${91}     | ${91}     | ${'lagging'} | ${'over one budget'}
    ${'none'} | ${91}     | ${'lagging'} | ${'without applications the list counts alone here too'}
    ${270}    | ${300}    | ${'lagging'} | ${'not over three budgets'}
    ${271}    | ${300}    | ${'stale'}   | ${'over three budgets'}
    ${'none'} | ${'none'} | ${'stale'}   | ${'no contact in the hour since the start'}
    ${-5}     | ${'none'} | ${'live'}    | ${'clocks of replicas differ a little'}
  `(
    'is $expected with stream bytes $stream s ago and a list $list s ago: $because',
    ({ stream, list, expected }) => {
      const facts = {
        ...started,
        lastStreamAt: stream === 'none' ? undefined : secondsAgo(stream),
        lastListAt: list === 'none' ? undefined : secondsAgo(list),
      };
      expect(freshness(facts, NOW).freshness).toBe(expected);
    },
  );

  it.each`
    startedAgo | contactAgo | expected     | because
    ${10}      | ${'none'}  | ${'lagging'} | ${'nothing is known yet'}
    ${10}      | ${20}      | ${'lagging'} | ${'contact of before the start proves nothing about now'}
    ${10}      | ${5}       | ${'live'}    | ${'contact since the start'}
    ${10}      | ${271}     | ${'stale'}   | ${'a restart during an outage makes nothing fresher'}
    ${271}     | ${'none'}  | ${'stale'}   | ${'never a contact in three budgets'}
  `(
    'is $expected when started $startedAgo s ago with contact $contactAgo s ago: $because',
    ({ startedAgo, contactAgo, expected }) => {
      const facts = {
        startedAt: secondsAgo(startedAgo),
        listIntervalMs: 60_000,
        lastListAt: contactAgo === 'none' ? undefined : secondsAgo(contactAgo),
      };
      expect(freshness(facts, NOW).freshness).toBe(expected);
    },
  );

  it('is down while the breaker is open, however fresh the last contact', () => {
    const facts = {
      ...started,
      lastStreamAt: secondsAgo(20),
      downSince: secondsAgo(15),
    };
    expect(freshness(facts, NOW)).toEqual({
      freshness: 'down',
      since: isoOf(secondsAgo(15)),
      observedAt: isoOf(secondsAgo(20)),
    });
  });

  it.each`
    contactAgo | sinceAgo | because
    ${50}      | ${30}    | ${'it was live until the start'}
    ${140}     | ${50}    | ${'it lagged before the start already'}
    ${'none'}  | ${30}    | ${'there never was a contact'}
  `(
    'lags since $sinceAgo s ago when started 30 s ago, contact $contactAgo s ago: $because',
    ({ contactAgo, sinceAgo }) => {
      const facts = {
        startedAt: secondsAgo(30),
        listIntervalMs: 60_000,
        lastListAt: contactAgo === 'none' ? undefined : secondsAgo(contactAgo),
      };
      expect(freshness(facts, NOW)).toMatchObject({
        freshness: 'lagging',
        since: isoOf(secondsAgo(sinceAgo)),
      });
    },
  );

  it('follows a list interval that was stretched', () => {
    const facts = { ...started, lastListAt: secondsAgo(400) };
    expect(freshness(facts, NOW).freshness).toBe('stale');
    expect(freshness({ ...facts, listIntervalMs: 300_000 }, NOW)).toEqual({
      freshness: 'live',
      observedAt: isoOf(secondsAgo(400)),
    });
  });

  it.each`
    contactAgo | freshnessIs  | sinceAgo
    ${100}     | ${'lagging'} | ${10}
    ${300}     | ${'stale'}   | ${30}
  `(
    'became $freshnessIs $sinceAgo s ago after contact $contactAgo s ago',
    ({ contactAgo, freshnessIs, sinceAgo }) => {
      const facts = { ...started, lastListAt: secondsAgo(contactAgo) };
      expect(freshness(facts, NOW)).toEqual({
        freshness: freshnessIs,
        since: isoOf(secondsAgo(sinceAgo)),
        observedAt: isoOf(secondsAgo(contactAgo)),
      });
    },
  );

  const HOUR = 3600;
  it.each`
    jumped       | started  | stream        | list          | expected     | because
    ${'back'}    | ${-HOUR} | ${-HOUR + 20} | ${-HOUR + 30} | ${'stale'}   | ${'nobody knows when that was'}
    ${'back'}    | ${-HOUR} | ${5}          | ${-HOUR + 30} | ${'live'}    | ${'bytes came since'}
    ${'back'}    | ${-HOUR} | ${-HOUR + 20} | ${5}          | ${'live'}    | ${'a list came since'}
    ${'back'}    | ${-HOUR} | ${91}         | ${-HOUR + 30} | ${'lagging'} | ${'nothing more came since'}
    ${'back'}    | ${60}    | ${-HOUR + 20} | ${'none'}     | ${'lagging'} | ${'started since, without contact'}
    ${'forward'} | ${HOUR}  | ${HOUR + 20}  | ${HOUR + 30}  | ${'stale'}   | ${'it looks an hour old'}
    ${'forward'} | ${HOUR}  | ${5}          | ${HOUR + 30}  | ${'live'}    | ${'bytes came since'}
  `(
    'is $expected after our clock jumped $jumped by an hour: $because',
    ({ started: startedAgo, stream, list, expected }) => {
      const facts = {
        startedAt: secondsAgo(startedAgo),
        listIntervalMs: 60_000,
        lastStreamAt: secondsAgo(stream),
        lastListAt: list === 'none' ? undefined : secondsAgo(list),
      };
      const found = freshness(facts, NOW);
      expect(found.freshness).toBe(expected);
      expect(Date.parse(found.since ?? '1970')).toBeLessThanOrEqual(NOW);
    },
  );

  it('is down since a moment that has been', () => {
    const facts = { ...started, downSince: secondsAgo(-HOUR) };
    expect(freshness(facts, NOW).since).toBe(isoOf(NOW));
  });
});
