// Plays the outside world for a running demo: breaks and heals its clusters.
import { parseArgs } from 'node:util';
import { readRun } from './demo-files.mjs';
import { Failure, run } from './failure.mjs';

const HELP = `Usage: npm run demo -- <command>

  break <cluster>       cut the cluster off; the hub is not told, and goes on
                        saying Synced and Healthy
     --how refused        its API refuses connections (the default)
     --how black-holed    its API swallows them: slower to notice
  heal <cluster>        bring the cluster back
  break hub             cut Backstage off from the hub itself
  heal hub              bring the hub back
  kubeconfig <cluster>  print the kubeconfig that "Add a cluster" asks for
  status                what runs, and what is broken
  help                  this text
`;
const HOWS = ['refused', 'black-holed'];
const SECONDS = { refused: 15, 'black-holed': 25 };
const HUB_NOTICED = {
  refused: 'after about 18 seconds it says that the hub is down',
  'black-holed': 'it says that the hub is down once calls to it have timed out',
};
const IN_WORDS = {
  refused: 'its API refuses connections',
  'black-holed': 'its API swallows connections',
};

const commands = { break: breakIt, heal, kubeconfig, status, help };

await run(async () => {
  const { positionals, values } = parse();
  const [name = 'help', target] = values.help ? [] : positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Failure(`There is no command "${name}".\n\n${HELP}`);
  await command(target, values.how);
});

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        how: { type: 'string', default: 'refused' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // Node goes on with advice that nobody needs here.
    const [what] = error.message.split('. ');
    throw new Failure(`${what}.\n\n${HELP}`);
  }
}

function help() {
  say(HELP.trimEnd());
}

async function breakIt(target, how) {
  if (!HOWS.includes(how)) {
    throw new Failure(`--how is one of ${HOWS.join(', ')}, not "${how}".`);
  }
  if (target === 'hub') {
    await call('POST', '/hub/break', { how });
    say(
      'The hub is cut off. The tab keeps the last known state and says how old it is;\n' +
        `${HUB_NOTICED[how]}.\n` +
        'Bring it back with: npm run demo -- heal hub',
    );
    return;
  }
  const spoke = await spokeNamed(target);
  await call('POST', path(spoke, 'break'), { how });
  say(
    `${spoke.name} is broken: ${IN_WORDS[how]}. ${whatToSee(spoke, how)}\n` +
      `Bring it back with: npm run demo -- heal ${spoke.name}`,
  );
}

function whatToSee(spoke, how) {
  return spoke.registered
    ? `The hub still says Synced and Healthy;\nthe tab shows it as Unknown within ${SECONDS[how]} seconds.`
    : 'It is not registered with the hub,\nso the tab does not show it; "Add a cluster" cannot reach it now.';
}

async function heal(target) {
  if (target === 'hub') {
    await call('POST', '/hub/heal');
    say('The hub is back.');
    return;
  }
  const spoke = await spokeNamed(target);
  await call('POST', path(spoke, 'heal'));
  say(
    spoke.registered
      ? `${spoke.name} is back; its row recovers within a few seconds.`
      : `${spoke.name} is back. It is not registered with the hub.`,
  );
}

async function kubeconfig(target) {
  const spoke = await spokeNamed(target);
  const response = await call('GET', path(spoke, 'kubeconfig'));
  process.stdout.write(await response.text());
}

async function status() {
  const { hub, spokes } = await state();
  const { app } = requireRun();
  say(`The demo runs at ${app}\n`);
  say(`  ${'hub'.padEnd(10)} ${inWords(hub.fault)}`);
  for (const spoke of spokes) {
    const registered = spoke.registered ? '' : ', not registered with the hub';
    say(`  ${spoke.name.padEnd(10)} ${inWords(spoke.fault)}${registered}`);
  }
}

function inWords(fault) {
  return fault ? `broken (${fault})` : 'fine';
}

/** The spoke of that name, or a Failure that tells which ones there are. */
async function spokeNamed(name) {
  const { spokes } = await state();
  const found = spokes.find(spoke => spoke.name === name);
  if (found) return found;
  const names = spokes.map(spoke => spoke.name).join(', ');
  throw new Failure(
    name
      ? `There is no cluster "${name}". There are: ${names}.`
      : `Which cluster? There are: ${names}.`,
  );
}

function path({ name }, verb) {
  return `/spokes/${encodeURIComponent(name)}/${verb}`;
}

async function state() {
  const response = await call('GET', '/state');
  return response.json();
}

function requireRun() {
  const running = readRun();
  if (running) return running;
  throw new Failure(
    'The demo is not running. Start it in another terminal: npm start',
  );
}

async function call(method, url, body) {
  const { control } = requireRun();
  const response = await fetch(new URL(url, control), {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  }).catch(error => {
    const why = error.cause?.code ?? error.message;
    throw new Failure(
      `The simulator of the demo does not answer (${why}). Start the demo again: npm start`,
    );
  });
  if (response.ok) return response;
  throw new Failure(
    `The simulator refused ${method} ${url} (${
      response.status
    }): ${await response.text()}`,
  );
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
