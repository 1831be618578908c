import { withoutSecrets } from './withoutSecrets';

const LONGEST_MESSAGE = 2_000;
/** Hiding what is shorter hides nothing, and would take every text apart. */
const SHORTEST_SECRET = 4;
// Controls of terminals and databases, and what breaks a line.
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/**
 * Makes a text of a hub fit for a message: without our secrets and those that it quotes, on one line, not
 * too long. Undefined for what is no text, or an empty one.
 */
export type HubWords = (said: unknown) => string | undefined;

/**
 * Whatever a hub says passes here before it becomes a message: it may quote what
 * we sent, in any of the forms that its parts write.
 *
 * @param secrets - tokens and passwords
 */
export function hubWords(secrets: readonly unknown[]): HubWords {
  const forms = [...new Set(secrets.flatMap(formsOf))].sort(
    (a, b) => b.length - a.length,
  );
  return said => {
    if (typeof said !== 'string') {
      return undefined;
    }
    // Before the cut, which would leave half a secret.
    const clean = forms.reduce(
      (text, form) => text.replaceAll(form, '***'),
      said,
    );
    const told = withoutSecrets(clean).slice(0, LONGEST_MESSAGE);
    return told.replace(CONTROLS, ' ') || undefined;
  };
}

function formsOf(secret: unknown): string[] {
  if (typeof secret !== 'string' || secret.length < SHORTEST_SECRET) {
    return [];
  }
  const bytes = Buffer.from(secret);
  // Half a character cannot be encoded, and is sent as another one.
  const url = encodeURIComponent(bytes.toString());
  const json = JSON.stringify(secret).slice(1, -1);
  const forms = [
    secret,
    url,
    url.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase()),
    new URLSearchParams({ '': secret }).toString().slice(1),
    json,
    asGoWrites(json),
    ...base64Of(bytes),
  ];
  // What quotes an answer of JSON quotes its escapes too.
  return [...forms, ...forms.map(form => JSON.stringify(form).slice(1, -1))];
}

function asGoWrites(json: string): string {
  return json.replace(
    /[<>&]/g,
    character => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}

/** Also as a part of something longer, such as a login: then it begins at any of three places. */
function base64Of(secret: Buffer): string[] {
  return [0, 1, 2].flatMap(before => {
    const bytes = Buffer.concat([Buffer.alloc(before), secret]);
    const whole = Math.floor((bytes.length * 8) / 6);
    const from = Math.ceil((before * 8) / 6);
    return (['base64', 'base64url'] as const).flatMap(encoding => {
      const text = bytes.toString(encoding);
      return [text.slice(from), text.slice(from, whole)];
    });
  });
}
