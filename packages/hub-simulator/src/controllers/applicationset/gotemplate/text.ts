const INVALID = /[^-a-z0-9.]/g;

/** Argo CD's `normalize`: a name that Kubernetes accepts. */
export function normalize(name: string): string {
  return name
    .toLowerCase()
    .replace(INVALID, '-')
    .slice(0, 253)
    .replace(/^[-.]+|[-.]+$/g, '');
}

/** Argo CD's `slugify`: words joined by dashes, cut at `maxSize` or, smartly, at a dash before. */
export function slugify(
  name: string,
  options: { maxSize: number; isSmart: boolean },
): string {
  const { maxSize, isSmart } = options;
  const clean = normalize(name);
  const cut = isSmart ? clean : clean.slice(0, maxSize);
  const slug = cut
    .replace(/[^a-z0-9-_]/g, '-')
    .replace(/-+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '');
  if (!isSmart || maxSize <= 0 || slug.length <= maxSize) return slug;
  const dash = slug.lastIndexOf('-', maxSize);
  return slug.slice(0, dash < 0 ? maxSize : dash);
}
