import type { Source } from '../types';

/**
 * The key of the deployments that are the same thing elsewhere: same
 * ApplicationSet, else same source. Hubs are left out of it on purpose.
 *
 * @param application - as mirrored; `namespace` is that of the Application and so of its set
 * @public
 */
export function family(application: {
  namespace: string;
  applicationSet?: string;
  sources: Pick<Source, 'repoUrl' | 'path' | 'chart'>[];
}): string {
  if (application.applicationSet) {
    return `set:${application.namespace}/${application.applicationSet}`;
  }
  const sources = application.sources.map(
    ({ repoUrl, path, chart }) =>
      `${normalizedRepository(repoUrl)}#${chart ?? path ?? ''}`,
  );
  return `source:${sources.join(' ')}`;
}

/** One spelling of the address of a repository, for comparing. */
export function normalizedRepository(repoUrl: string): string {
  return repoUrl
    .trim()
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
}
