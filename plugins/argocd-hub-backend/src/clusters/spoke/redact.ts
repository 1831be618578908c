/** Longest text of a cluster that is passed on, in characters. */
const MAX_LENGTH = 400;

/**
 * Makes a function that takes secrets out of a text, in plain, base64 and
 * URL-encoded form, and makes it fit for a message: one line, not too long.
 *
 * A cluster's words are written by the cluster, which may quote what we sent.
 */
export function createRedactor(secrets: string[]): (text: string) => string {
  const forms = secrets
    .filter(Boolean)
    .flatMap(secret => [
      secret,
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
      encodeURIComponent(secret),
    ])
    .sort((a, b) => b.length - a.length);
  return text => {
    let clean = text;
    for (const form of forms) clean = clean.replaceAll(form, '***');
    // eslint-disable-next-line no-control-regex
    clean = clean.replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').trim();
    return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH)}…` : clean;
  };
}
