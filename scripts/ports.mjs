import { createServer } from 'node:net';
import { Failure } from './failure.mjs';

/**
 * Stops before anything is started when a port is taken.
 *
 * @param {{ port: number, purpose: string, flag: string }[]} wanted
 * @throws Failure that names the port, what it is for, and the flag that moves it
 */
export async function requireFree(wanted) {
  for (const { port, purpose, flag } of wanted) {
    const twin = wanted.find(it => it.port === port && it.flag !== flag);
    if (twin) {
      throw new Failure(
        `Port ${port} is wanted twice: ${flag} (${purpose}) and ${twin.flag} (${twin.purpose}).`,
      );
    }
    if (!(await isFree(port))) {
      throw new Failure(
        `Port ${port}, wanted for ${purpose}, is in use by another program.\n` +
          `Stop that program (lsof -i :${port} names it), or choose another port:\n` +
          `  npm start -- ${flag} ${port + 1}`,
      );
    }
  }
}

/** Parses a port given by a person. */
export function portOf(text, flag) {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Failure(`${flag} wants a port between 1 and 65535, not "${text}".`);
}

/** Whether nothing listens on the port, on any address of this machine. */
async function isFree(port) {
  for (const host of ['127.0.0.1', '::1', '0.0.0.0', '::']) {
    const code = await tryListen(port, host);
    if (code === 'EADDRINUSE' || code === 'EACCES') return false;
  }
  return true;
}

function tryListen(port, host) {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', error => resolve(error.code));
    server.listen({ port, host }, () => server.close(() => resolve(undefined)));
  });
}
