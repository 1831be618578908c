import { type ApplicationPlace, NAME_LABEL } from '../places';

/** An entity that says which applications are its own, and where it is then. */
export interface ClaimingEntity {
  name: string;
  annotations: Record<string, string>;
  /** names of clusters, sorted */
  clusters: string[];
}

/**
 * So many entities whose names no application knows: where they are follows from
 * what they claim, and from nothing else. By turns they claim a service by its
 * label, by its ApplicationSet, and one application of it by name.
 */
export function claimingEntities(
  places: ApplicationPlace[],
  count: number,
): ClaimingEntity[] {
  const services = byService(places);
  if (services.length === 0) throw new Error('The hub has no applications');
  const kinds = [byLabel, bySet, byName];
  return Array.from({ length: count }, (_, index) => {
    const turn = Math.floor(index / kinds.length);
    const service = services[turn % services.length];
    const claim = kinds[index % kinds.length];
    return { name: `claims-${index}`, ...claim(service, turn) };
  });
}

/** The same entity once somebody has changed it: it claims one application. */
export function claimingOne(
  { name }: ClaimingEntity,
  application: ApplicationPlace,
): ClaimingEntity {
  return { name, ...byName([application], 0) };
}

type Claimed = Omit<ClaimingEntity, 'name'>;

function byLabel(service: ApplicationPlace[]): Claimed {
  const [{ service: name }] = service;
  return {
    annotations: { 'argocd/app-selector': `${NAME_LABEL}=${name}` },
    clusters: clustersOf(service),
  };
}

/** What belongs to no set is claimed by its label. */
function bySet(service: ApplicationPlace[]): Claimed {
  const [{ applicationSet }] = service;
  if (!applicationSet) return byLabel(service);
  return {
    annotations: { 'argocd-hub/applicationset': applicationSet },
    clusters: clustersOf(
      service.filter(place => place.applicationSet === applicationSet),
    ),
  };
}

function byName(service: ApplicationPlace[], turn: number): Claimed {
  const application = service[turn % service.length];
  return {
    annotations: { 'argocd/app-name': application.name },
    clusters: [application.cluster],
  };
}

function clustersOf(places: ApplicationPlace[]): string[] {
  return [...new Set(places.map(({ cluster }) => cluster))].sort();
}

function byService(places: ApplicationPlace[]): ApplicationPlace[][] {
  const services = new Map<string, ApplicationPlace[]>();
  for (const place of places) {
    const known = services.get(place.service);
    if (known) known.push(place);
    else services.set(place.service, [place]);
  }
  return [...services.values()];
}
