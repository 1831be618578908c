const NAME = 'argocd.token';
/** What browsers take, by and large. */
const LONGEST = 4093;

/** The `Set-Cookie` values that give a browser a token: several for a long one. */
export function tokenCookies(token: string): string[] {
  const attributes = 'path=/; SameSite=lax; httpOnly; Secure';
  const room = LONGEST - (NAME.length + 3) - (attributes.length + 2);
  const chunks = token.match(new RegExp(`.{1,${room}}`, 'g')) ?? [];
  return chunks.map((chunk, index) => {
    const value =
      !index && chunks.length > 1 ? `${chunks.length}:${chunk}` : chunk;
    return `${NAME}${index ? `-${index}` : ''}=${value}; ${attributes}`;
  });
}

/** The token in a `Cookie` header, put together again; undefined without one. */
export function cookieToken(header: string | undefined): string | undefined {
  const cookies = new Map(
    (header ?? '').split(';').flatMap(pair => {
      const [, name, value] = /^\s*([^=\s]+)=\s*"?(.*?)"?\s*$/.exec(pair) ?? [];
      return name ? [[name, value]] : [];
    }) as [string, string][],
  );
  const [head, tail, ...more] = (cookies.get(NAME) ?? '').split(':');
  if (more.length) return undefined;
  if (tail === undefined) return head || undefined;
  if (!/^[+-]?\d+$/.test(head)) return undefined;
  const others = Array.from(
    { length: Math.min(Math.max(Number(head) - 1, 0), cookies.size) },
    (_, index) => cookies.get(`${NAME}-${index + 1}`) ?? '',
  );
  return [tail, ...others].join('');
}
