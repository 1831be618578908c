import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { GenericObject } from '../types/kubernetes';
import { isObject, parsed } from './json';
import { readRequest, Recorder } from './record';

const USAGE = `usage: npm run -s simulator:record -- --hub URL [--state FILE] < requests > recording.jsonl
see packages/hub-simulator/README.md`;

/** Calls a hub line by line and writes what it answers. */
async function main(): Promise<void> {
  const { hub, state } = readArguments();
  const token = process.env.ARGOCD_AUTH_TOKEN;
  const recorder = new Recorder({ hub, token, objects: state });
  write(recorder.state());
  let line = 0;
  for await (const text of createInterface({ input: process.stdin })) {
    line += 1;
    if (!text.trim() || text.startsWith('#')) continue;
    const request = readRequest(text.trim(), line);
    write(await recorder.record(request));
  }
}

function readArguments(): { hub: string; state: GenericObject[] } {
  const { values } = parseArgs({
    options: { hub: { type: 'string' }, state: { type: 'string' } },
  });
  const { hub = '', state } = values;
  if (!URL.canParse(hub)) throw new Error(USAGE);
  if (!state) return { hub, state: [] };
  const path = resolve(process.env.INIT_CWD ?? '.', state);
  const object = parsed(readFileSync(path, 'utf8'));
  // The error of JSON.parse would quote the file, which may hold secrets.
  if (!isObject(object))
    throw new Error(`${state} is no JSON object; ${USAGE}`);
  const objects = object.kind === 'List' ? object.items : [object];
  return { hub, state: objects as GenericObject[] };
}

function write(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`simulator:record: ${error.message}\n`);
  process.exitCode = 2;
});
