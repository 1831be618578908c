import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BadRecording, readRecording } from './recording';
import { Replay } from './Replay';
import { describe } from './report';
import { hide, redact, secretsOf } from './secrets';

const USAGE =
  'usage: simulator:replay -- FILE [--ignore path,…] [--json]; see packages/hub-simulator/README.md';

/** Bad input; anything else that fails is a fault of the simulator. */
class BadInput extends Error {}

/** Plays a recording; 0 without differences, 1 with, 2 when it cannot be used. */
async function main(): Promise<number> {
  const { file, ignore, json } = readArguments();
  const recording = read(file);
  const secrets = secretsOf(recording);
  const { calls, differences } = await Replay.run(recording, {
    ignore,
  }).catch((error: Error) => {
    throw new Error(hide(error.message, secrets));
  });
  if (json) {
    const shown = { calls, differences: redact(differences, secrets) };
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  } else {
    for (const difference of differences) {
      process.stdout.write(`${describe(difference, secrets)}\n`);
    }
    const s = differences.length === 1 ? '' : 's';
    process.stdout.write(
      `${calls} calls, ${differences.length} difference${s}\n`,
    );
  }
  return differences.length ? 1 : 0;
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        ignore: { type: 'string', multiple: true },
        json: { type: 'boolean' },
      },
    });
    if (positionals.length !== 1) throw new Error('give one file');
    const ignore = (values.ignore ?? []).flatMap(each => each.split(','));
    return { file: positionals[0], ignore, json: values.json };
  } catch (error) {
    throw new BadInput(`${(error as Error).message}; ${USAGE}`);
  }
}

function read(file: string) {
  let text: string;
  try {
    // npm runs scripts in the root of the repository, wherever one stands.
    text = readFileSync(resolve(process.env.INIT_CWD ?? '.', file), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BadInput(`${file} cannot be read (${code}); ${USAGE}`);
  }
  try {
    return readRecording(text);
  } catch (error) {
    if (!(error instanceof BadRecording)) throw error;
    throw new BadInput(`${file}, ${error.message}`);
  }
}

main().then(
  code => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`simulator:replay: ${error.message}\n`);
    process.exitCode = 2;
  },
);
