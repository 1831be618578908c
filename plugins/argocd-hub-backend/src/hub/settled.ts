/** How a call ended, as a value: for who must not hear of an error as one. */
export type Settled<T> = { value: T } | { error: unknown };

export function valueOf<T>(settled: Settled<T>): T {
  if ('error' in settled) {
    throw settled.error;
  }
  return settled.value;
}
