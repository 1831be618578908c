import type { ReplayDifference } from './Replay';
import { hide, redact } from './secrets';

const MOST_SHOWN = 300;

/** One line per difference, with what was recorded and what was simulated. */
export function describe(
  difference: ReplayDifference,
  secrets: readonly string[],
): string {
  const { line, method, url, path, kind, recorded, simulated } = difference;
  const [where] = hide(url, secrets).split('?');
  // Whole values, as a secret that was cut or escaped would not be found.
  const said = saying(
    kind,
    show(redact(recorded, secrets)),
    show(redact(simulated, secrets)),
  );
  return `line ${line} ${method} ${where}: ${hide(path, secrets)}: ${said}`;
}

function saying(
  kind: ReplayDifference['kind'],
  recorded: string,
  simulated: string,
): string {
  if (kind === 'missing') return `missing, recorded ${recorded}`;
  if (kind === 'extra') return `extra, simulator ${simulated}`;
  return `recorded ${recorded}, simulator ${simulated}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
