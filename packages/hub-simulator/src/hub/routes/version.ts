import { createHash } from 'node:crypto';
import type { HubRequest, Route } from '../HubRequest';

const TOOLS: [since: string, versions: Record<string, string>][] = [
  [
    '3.5',
    {
      BuildDate: '2026-08-12T14:03:22Z',
      GoVersion: 'go1.26.0',
      KustomizeVersion: 'v5.8.1 2026-02-09T16:15:27Z',
      HelmVersion: 'v3.19.4+g7cfb6e4',
      KubectlVersion: 'v0.35.1',
      JsonnetVersion: 'v0.21.0',
    },
  ],
  [
    '3.0',
    {
      BuildDate: '2026-07-28T09:41:05Z',
      GoVersion: 'go1.26.0',
      KustomizeVersion: 'v5.8.1 2026-02-09T16:15:27Z',
      HelmVersion: 'v3.19.4+g7cfb6e4',
      KubectlVersion: 'v0.34.0',
      JsonnetVersion: 'v0.21.0',
    },
  ],
  [
    '0.0',
    {
      BuildDate: '2025-11-04T15:37:18Z',
      GoVersion: 'go1.23.12',
      KustomizeVersion: 'v5.4.3 2024-07-19T16:40:33Z',
      HelmVersion: 'v3.16.3+gcfd0749',
      KubectlVersion: 'v0.31.0',
      JsonnetVersion: 'v0.20.0',
    },
  ],
];

/** `/api/version`: open to everybody, with the tools for those who are known. */
export const versionRoutes: Route[] = [
  { method: 'GET', path: '/api/version', open: true, handle: version },
];

function version({ session, state }: HubRequest) {
  const { text } = state.version;
  if (!session?.username && !state.settings.anonymousEnabled) {
    return { Version: text };
  }
  const [, tools] = TOOLS.find(([since]) => state.version.isAtLeast(since))!;
  const { BuildDate, GoVersion, ...rest } = tools;
  return {
    Version: text,
    BuildDate,
    GitCommit: fullCommit(text.split('+')[1]),
    GitTreeState: 'clean',
    GoVersion,
    Compiler: 'gc',
    Platform: 'linux/amd64',
    ...rest,
  };
}

/** Forty digits that begin as the version tells. */
function fullCommit(short: string): string {
  const digits = createHash('sha1').update(short).digest('hex');
  return `${short}${digits}`.slice(0, digits.length);
}
