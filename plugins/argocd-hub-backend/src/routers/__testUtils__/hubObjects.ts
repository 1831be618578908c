import type { MirrorWorld } from '../../mirror/__testUtils__/MirrorWorld';

/** Makes an ApplicationSet at the hub, as its administrator. */
export async function createSet(
  world: MirrorWorld,
  set: Parameters<typeof setBody>[0],
): Promise<void> {
  const control = world.simulator.control.url;
  const { token } = await (await fetch(`${control}/hub/admin`)).json();
  const answer = await fetch(
    `${world.simulator.hub.url}/api/v1/applicationsets`,
    {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(setBody(set)),
    },
  );
  if (!answer.ok) {
    throw new Error(`${set.name}: ${answer.status} ${await answer.text()}`);
  }
}

/** A cluster as Git would bring it to the hub. */
export function clusterSecret(name: string, server: string) {
  return {
    ...{ apiVersion: 'v1', kind: 'Secret' },
    metadata: {
      ...{ name: `cluster-${name}`, namespace: 'argocd' },
      labels: { 'argocd.argoproj.io/secret-type': 'cluster', env: name },
    },
    stringData: { name, server, config: '{}' },
  };
}

/** A project that permits one server. */
export function projectOf(name: string, server: string) {
  return {
    ...{ apiVersion: 'v1', kind: 'AppProject' },
    metadata: { name, namespace: 'argocd' },
    spec: {
      sourceRepos: ['*'],
      destinations: [{ server, namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
  };
}

function setBody(options: {
  name: string;
  project: string;
  /** What a name ends with, as a template. */
  label: string;
  /** Values of the label `env` that it takes. */
  envs: string[];
}) {
  return {
    metadata: { name: options.name, namespace: 'argocd' },
    spec: {
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      generators: [
        {
          clusters: {
            selector: {
              matchExpressions: [
                { key: 'env', operator: 'In', values: options.envs },
              ],
            },
          },
        },
      ],
      template: {
        metadata: { name: `${options.name}-{{${options.label}}}` },
        spec: {
          project: options.project,
          source: {
            repoURL: 'https://github.com/example/agent',
            targetRevision: 'main',
            path: 'helm',
          },
          destination: { server: '{{.server}}', namespace: 'shop' },
        },
      },
    },
  };
}
