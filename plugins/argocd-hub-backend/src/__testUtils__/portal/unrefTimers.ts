const { setInterval: interval, setTimeout: timeout } = global;

/**
 * From now on no timer of this test file keeps Jest alive. For whole backends:
 * the events service and its bus leave timers of up to a minute behind, and
 * Backstage's database service does not close the pools of its connections.
 */
export function unrefTimers(): void {
  global.setTimeout = Object.assign(
    (...call: Parameters<typeof timeout>) => timeout(...call).unref(),
    timeout,
  );
  global.setInterval = Object.assign(
    (...call: Parameters<typeof interval>) => interval(...call).unref(),
    interval,
  );
}
