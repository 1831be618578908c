import type { ArgoCluster } from '../hub/types';
import type { Checklist } from './Checklist';

/**
 * Checks name and server against what the hub has. The same name for the same
 * server is no fault: then the cluster is registered already.
 *
 * @returns the entry of this cluster, if the hub has one
 */
export function checkHub(
  clusters: ArgoCluster[],
  wanted: { name: string; server: string },
  list: Checklist,
): ArgoCluster | undefined {
  const sameServer = clusters.filter(each =>
    isSameServer(each.server, wanted.server),
  );
  const sameName = clusters.filter(each => each.name === wanted.name);
  const registered = sameServer.find(each => each.name === wanted.name);
  const otherName = sameName.find(each => each !== registered);
  const otherServer = sameServer.find(each => each !== registered);

  if (otherName) {
    list.fail(
      'name',
      `The hub already knows ${otherName.server} as ${wanted.name}. Choose another name.`,
    );
  } else {
    list.pass(
      'name',
      registered
        ? `${wanted.name} is already registered for this server.`
        : `The name ${wanted.name} is free.`,
    );
  }
  if (otherServer) {
    list.fail(
      'server',
      `The hub already has ${wanted.server} as ${otherServer.name}. A server can be registered only once.`,
    );
  } else {
    list.pass(
      'server',
      registered
        ? `${wanted.server} is already registered under this name.`
        : `${wanted.server} is not registered yet.`,
    );
  }
  return registered;
}

/** Whether two URLs of servers are one: a trailing slash and the default port do not matter. */
export function isSameServer(a: string, b: string): boolean {
  return normalised(a) === normalised(b);
}

function normalised(server: string): string {
  const text = URL.canParse(server) ? new URL(server).href : server;
  return text.replace(/\/+$/, '');
}
