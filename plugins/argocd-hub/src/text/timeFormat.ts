/** Words for times, in one language. `now` is milliseconds since the epoch. */
export interface TimeFormat {
  /** "12 min"; undefined where the time is not known. A clock that is ahead counts as now. */
  age(iso: string | undefined, now: number): string | undefined;
  /** "14:02", with the day unless it is today. */
  clock(iso: string, now: number): string;
  /** Full date and time, for a hover. */
  exact(iso: string): string;
  /** "staging, prod and dr". */
  list(names: string[]): string;
}

const UNITS: [unit: string, ms: number][] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** Formats with the browser's own tables; `timeZone` is for tests. */
export function createTimeFormat(
  locale?: string,
  timeZone?: string,
): TimeFormat {
  const time = {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const;
  const clock = new Intl.DateTimeFormat(locale, { ...time, timeZone });
  const day = { day: 'numeric', month: 'short' } as const;
  const dayAndClock = new Intl.DateTimeFormat(locale, {
    ...day,
    ...time,
    timeZone,
  });
  const exact = new Intl.DateTimeFormat(locale, {
    dateStyle: 'full',
    timeStyle: 'long',
    timeZone,
  });
  const dayOnly = new Intl.DateTimeFormat('en-CA', { timeZone });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });

  return {
    age: (iso, now) => {
      const at = parse(iso);
      return at === undefined ? undefined : duration(now - at, locale);
    },
    clock: (iso, now) => {
      const at = parse(iso);
      if (at === undefined) {
        return iso;
      }
      const today = dayOnly.format(at) === dayOnly.format(now);
      return (today ? clock : dayAndClock).format(at);
    },
    exact: iso => {
      const at = parse(iso);
      return at === undefined ? iso : exact.format(at);
    },
    list: names => list.format(names),
  };
}

function parse(iso: string | undefined): number | undefined {
  const at = iso === undefined ? NaN : Date.parse(iso);
  return Number.isNaN(at) ? undefined : at;
}

function duration(ms: number, locale?: string): string {
  const [unit, size] =
    UNITS.find(([, unitMs]) => ms >= unitMs) ?? UNITS[UNITS.length - 1];
  const value = Math.max(0, Math.floor(ms / size));
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
  }).format(value);
}
