import type { Http } from './measure/http';

/** The label that all applications of a service share. */
export const NAME_LABEL = 'app.kubernetes.io/name';
const FIELDS = [
  'metadata.name',
  'metadata.labels',
  'metadata.ownerReferences',
  'spec.destination',
];

/** An application of the hub, and where it is. */
export interface ApplicationPlace {
  name: string;
  service: string;
  /** the ApplicationSet that owns it */
  applicationSet?: string;
  /** as it is registered */
  cluster: string;
}

interface Listed {
  metadata: {
    name: string;
    labels?: Record<string, string>;
    ownerReferences?: { name: string }[];
  };
  spec: { destination: { name?: string; server?: string } };
}

/** Every application of a hub, asked project by project as big hubs want it. */
export async function placesOf(hub: Http): Promise<ApplicationPlace[]> {
  const clusters = await namesByServer(hub);
  const { items: projects } = await hub.json<{
    items: { metadata: { name: string } }[];
  }>({ path: '/api/v1/projects?fields=items.metadata.name' });
  const fields = FIELDS.map(field => `items.${field}`).join();
  const places: ApplicationPlace[] = [];
  for (const { metadata } of projects) {
    const { items } = await hub.json<{ items: Listed[] | null }>({
      path: `/api/v1/applications?fields=${fields}&projects=${metadata.name}`,
    });
    places.push(...(items ?? []).map(it => placeOf(it, clusters)));
  }
  return places;
}

async function namesByServer(hub: Http): Promise<Map<string, string>> {
  const { items } = await hub.json<{
    items: { name: string; server: string }[];
  }>({ path: '/api/v1/clusters' });
  return new Map(items.map(({ name, server }) => [server, name]));
}

function placeOf(
  { metadata, spec }: Listed,
  clusters: Map<string, string>,
): ApplicationPlace {
  const { name, server = '' } = spec.destination;
  const cluster = name ?? clusters.get(server);
  if (!cluster) throw new Error(`${metadata.name} is on no cluster of the hub`);
  return {
    name: metadata.name,
    service: metadata.labels?.[NAME_LABEL] ?? '',
    applicationSet: metadata.ownerReferences?.[0]?.name,
    cluster,
  };
}
