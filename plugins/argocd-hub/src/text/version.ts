import type { Deployment, Source } from 'backstage-plugin-argocd-hub-common';

/** "1.4.2" of "registry:5000/team/agent:1.4.2"; the short digest where there is no tag. */
export function imageTag(image: string): string {
  const [name, digest] = image.split('@');
  const lastPart = name.slice(name.lastIndexOf('/') + 1);
  const colon = lastPart.indexOf(':');
  if (colon >= 0) {
    return lastPart.slice(colon + 1);
  }
  return digest ? digest.replace(/^(\w+:\w{7})\w*$/, '$1') : lastPart;
}

/** Seven characters of a commit, everything of a chart version. */
export function shortRevision(revision: string): string {
  return /^[0-9a-f]{40,64}$/i.test(revision) ? revision.slice(0, 7) : revision;
}

/** The source that a row speaks of: the first with a revision. */
export function mainSource(row: Deployment): Source | undefined {
  return row.sources.find(source => source.revision) ?? row.sources[0];
}

/** The first line of a commit message. */
export function subject(message: string): string {
  return message.split('\n', 1)[0];
}

/** "Ada Byron" of "Ada Byron <ada@example.com>". */
export function authorName(author: string): string {
  return author.replace(/\s*<[^<>]*>\s*$/, '') || author;
}
