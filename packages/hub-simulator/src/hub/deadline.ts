import { invalidArgument } from './errors';

const UNITS: Record<string, number> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** The milliseconds of a `Grpc-Timeout` header; throws 400 when it is malformed. */
export function parseTimeout(header: string | undefined): number | undefined {
  if (!header) return undefined;
  const [, amount, unit] = /^(\d+)([HMSmun])$/.exec(header) ?? [];
  if (!unit) throw invalidArgument(`invalid grpc-timeout: ${header}`);
  return Number(amount) * UNITS[unit];
}
