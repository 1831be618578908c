import type { ResourceNode } from '../../types/argocd';
import type { GenericObject } from '../../types/kubernetes';
import { groupOf, imagesOf } from './objects';
import { podRequests } from './quantities';

type Info = Pick<ResourceNode, 'info' | 'images' | 'networkingInfo'>;
type Networking = NonNullable<ResourceNode['networkingInfo']>;

const LINK = 'link.argocd.argoproj.io/';

/** What the controller reads out of a live object for the tree. */
export function nodeInfo(object: GenericObject): Info {
  const links = linksOf(object);
  const { info, networkingInfo, images } = ownInfo(object);
  const urls = [...links, ...(networkingInfo?.externalURLs ?? [])];
  const networking =
    networkingInfo ?? (links.length ? ({} as Networking) : undefined);
  return {
    ...(info?.length && { info }),
    ...(networking && {
      networkingInfo: {
        ...networking,
        ...(urls.length && { externalURLs: urls }),
      },
    }),
    ...(images?.length && { images }),
  };
}

function ownInfo(object: GenericObject): Info {
  switch (`${groupOf(object)}/${object.kind}`) {
    case '/Pod':
      return podInfo(object);
    case '/Service':
      return serviceInfo(object);
    case 'networking.k8s.io/Ingress':
    case 'extensions/Ingress':
      return ingressInfo(object);
    case 'apps/Deployment':
    case 'apps/ReplicaSet':
      return revisionInfo(object);
    default:
      return {};
  }
}

function linksOf({ metadata }: GenericObject): string[] {
  return Object.entries(metadata.annotations ?? {})
    .filter(([key, value]) => key.startsWith(LINK) && isExternal(value))
    .map(([, value]) => value);
}

/** Text that a browser would run is no link. */
function isExternal(value: string): boolean {
  const url = value.slice(value.indexOf('|') + 1);
  return URL.canParse(url) && !/^(javascript|data|vbscript):/i.test(url);
}

interface PodFields {
  spec?: {
    nodeName?: string;
    containers?: unknown[];
  };
  status?: {
    phase?: string;
    reason?: string;
    containerStatuses?: {
      ready?: boolean;
      restartCount?: number;
      state?: {
        running?: unknown;
        waiting?: { reason?: string };
        terminated?: { reason?: string; exitCode?: number };
      };
    }[];
  };
}

function podInfo(pod: GenericObject): Info {
  const { spec = {}, status = {} } = pod as unknown as PodFields;
  const { phase = '', containerStatuses = [] } = status;
  const isEnded = phase === 'Succeeded' || phase === 'Failed';
  const ready = containerStatuses.filter(
    each => each.ready && each.state?.running,
  ).length;
  const restarts = containerStatuses.reduce(
    (sum, each) => sum + (each.restartCount ?? 0),
    0,
  );
  const reason =
    pod.metadata.deletionTimestamp && !isEnded
      ? 'Terminating'
      : reasonOf(status) || status.reason || phase;
  const total = spec.containers?.length ?? 0;
  const info = [
    ...(reason ? [{ name: 'Status Reason', value: reason }] : []),
    { name: 'Node', value: spec.nodeName ?? '' },
    { name: 'Containers', value: `${ready}/${total}` },
    ...(restarts ? [{ name: 'Restart Count', value: String(restarts) }] : []),
    ...(isEnded ? [] : requestInfo(pod)),
  ];
  const { labels } = pod.metadata;
  return {
    info,
    networkingInfo: labels ? { labels } : {},
    images: imagesOf(pod),
  };
}

function reasonOf({
  containerStatuses = [],
}: NonNullable<PodFields['status']>): string | undefined {
  for (const { state } of containerStatuses) {
    if (state?.waiting?.reason) return state.waiting.reason;
    const { terminated } = state ?? {};
    if (terminated) {
      return terminated.reason || `ExitCode:${terminated.exitCode ?? 0}`;
    }
  }
  return undefined;
}

function requestInfo(pod: GenericObject) {
  const { cpu, memory } = podRequests(pod);
  return [
    { name: 'cpu (req)', value: String(cpu) },
    { name: 'memory (req)', value: String(memory) },
  ];
}

interface Balanced {
  spec?: { type?: string; selector?: Record<string, string> };
  status?: {
    loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] };
  };
}

function balancersOf(object: GenericObject) {
  const { status } = object as unknown as Balanced;
  return (status?.loadBalancer?.ingress ?? []).map(({ hostname, ip }) =>
    hostname ? { hostname } : { ip },
  );
}

function serviceInfo(object: GenericObject): Info {
  const { spec } = object as unknown as Balanced;
  const ingress = spec?.type === 'LoadBalancer' ? balancersOf(object) : [];
  return {
    networkingInfo: {
      ...(spec?.selector && { targetLabels: spec.selector }),
      ...(ingress.length && { ingress }),
    },
  };
}

interface IngressSpec {
  tls?: { hosts?: string[]; secretName?: string }[];
  rules?: {
    host?: string;
    http?: {
      paths?: {
        path?: string;
        backend?: { service?: { name: string } };
      }[];
    };
  }[];
}

function ingressInfo(object: GenericObject): Info {
  const { tls = [], rules = [] } = (object.spec ?? {}) as IngressSpec;
  const ingress = balancersOf(object);
  const scheme = tls.some(({ secretName }) => secretName) ? 'https' : 'http';
  const [first] = ingress;
  const urls = new Set<string>();
  const services = new Set<string>();
  for (const rule of rules) {
    const host = rule.host || first?.hostname || first?.ip;
    for (const { path = '', backend } of rule.http?.paths ?? []) {
      if (backend?.service) services.add(backend.service.name);
      if (host) urls.add(`${scheme}://${host}${path.replace(/\*$/, '')}`);
    }
  }
  const { namespace = '' } = object.metadata;
  const targetRefs = [...services].map(name => ({
    kind: 'Service',
    namespace,
    name,
  }));
  const isQuiet =
    object.metadata.annotations?.['argocd.argoproj.io/ignore-default-links'] ===
    'true';
  return {
    networkingInfo: {
      ...(targetRefs.length && { targetRefs }),
      ...(ingress.length && { ingress }),
      ...(urls.size && !isQuiet && { externalURLs: [...urls] }),
    },
  };
}

function revisionInfo({ metadata }: GenericObject): Info {
  const revision = metadata.annotations?.['deployment.kubernetes.io/revision'];
  return revision
    ? { info: [{ name: 'Revision', value: `Rev:${revision}` }] }
    : {};
}
