import type { Cluster } from './Cluster';

/** JSON names in the order of Go's struct, with their Go names. */
const FIELDS: [keyof Cluster, string][] = [
  ['server', 'Server'],
  ['name', 'Name'],
  ['config', 'Config'],
  ['namespaces', 'Namespaces'],
  ['shard', 'Shard'],
  ['clusterResources', 'ClusterResources'],
  ['labels', 'Labels'],
  ['annotations', 'Annotations'],
];
const CONFIG: Record<string, string> = {
  username: 'Username',
  password: 'Password',
  bearerToken: 'BearerToken',
  tlsClientConfig: 'TLSClientConfig',
  insecure: 'Insecure',
  serverName: 'ServerName',
  certData: 'CertData',
  keyData: 'KeyData',
  caData: 'CAData',
  awsAuthConfig: 'AWSAuthConfig',
  execProviderConfig: 'ExecProviderConfig',
  disableCompression: 'DisableCompression',
  proxyUrl: 'ProxyUrl',
};

/**
 * The paths, in Go's names, at which two clusters differ. The project is not
 * looked at, nor when a new cache was asked for.
 */
export function differingKeys(left: Cluster, right: Cluster): string[] {
  return FIELDS.flatMap(([field, name]) =>
    differ(left[field], right[field], [name]),
  );
}

function differ(left: unknown, right: unknown, path: string[]): string[] {
  if (canonical(left) === canonical(right)) return [];
  if (!isMap(left) && !isMap(right)) return path;
  const [a, b] = [isMap(left) ? left : {}, isMap(right) ? right : {}];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap(key => {
    const name = path[0] === 'Config' ? CONFIG[key] ?? key : key;
    return differ(a[key], b[key], [...path, name]);
  });
}

/** Nothing and an empty list or map are the same. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return value.length ? JSON.stringify(value) : '';
  // A shard 0 is not the same as none.
  if (!isMap(value)) return JSON.stringify(value === 0 ? 0 : value || '');
  const parts = Object.entries(value)
    .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`)
    .filter(part => !part.endsWith(':""') && !part.endsWith(':'))
    .sort();
  return parts.length ? `{${parts}}` : '""';
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
