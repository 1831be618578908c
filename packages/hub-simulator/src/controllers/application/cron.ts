import { CronTime } from 'cron';
import { DateTime } from 'luxon';

const UNITS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A Go duration such as `1h30m` in milliseconds; throws Go's error. */
export function parseDuration(text: string): number {
  if (text === '0') return 0;
  const isValid = /^[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/.test(text);
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  const read = parts.map(([part]) => part).join('');
  if (!isValid || read !== text.replace(/^[+-]/, '')) {
    throw new Error(`time: invalid duration "${text}"`);
  }
  const sum = parts.reduce(
    (total, [, amount, unit]) => total + Number(amount) * UNITS[unit],
    0,
  );
  return text.startsWith('-') ? -sum : sum;
}

/** The first moment after `start` at which a cron expression of five fields fires, in UTC. */
export function nextAfter(schedule: string, start: number): number {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) {
    throw new Error(
      `expected exactly 5 fields, found ${fields.length}: [${fields.join(
        ' ',
      )}]`,
    );
  }
  const from = DateTime.fromMillis(start, { zone: 'utc' });
  return new CronTime(schedule, 'utc').getNextDateFrom(from, 'utc').toMillis();
}

/** By how many milliseconds a time zone is ahead of UTC; 0 for one that is not known. */
export function offsetOf(zone: string | undefined, at: number): number {
  if (!zone) return 0;
  const local = DateTime.fromMillis(at, { zone });
  return local.isValid ? local.offset * 60_000 : 0;
}
