// C0 and C1 controls, among them line breaks that browsers strip from a scheme.
// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * The address of a link that may be shown, or undefined: absolute http and
 * https only, no control characters, and without credentials and tokens. Texts that others
 * wrote (external URLs, repositories) must pass it.
 *
 * @public
 */
export function safeUrl(text: string | undefined): string | undefined {
  if (!text || CONTROL_CHARACTERS.test(text) || !URL.canParse(text)) {
    return undefined;
  }
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return undefined;
  }
  url.username = '';
  url.password = '';
  return withoutTokens(url.href);
}

/** Names of parameters stay, so that the address still tells what it is. */
function withoutTokens(text: string): string {
  return text.replace(/([?&#](?:[a-z]{1,20}[_-])?token=)[^\s&#"'<>]+/gi, '$1');
}

/**
 * The safe ones of an application's external URLs, each once. Argo CD also
 * takes `title|url`; the title is dropped.
 *
 * @public
 */
export function safeExternalUrls(texts: readonly string[]): string[] {
  const safe = texts.flatMap(
    text => safeUrl(text.slice(text.lastIndexOf('|') + 1)) ?? [],
  );
  return [...new Set(safe)];
}

/** After a host stands a port, and after that no more of the host. */
const UNENDED_LOGIN =
  /(:\/\/)[^\s/?#@:[\]"'<>]*:(?!\/\/|\d{1,5}(?:[\s/?#"'`,;:)\]}>|\\…]|\.(?:\s|$)|$))(?!["'`,;)\]}>]*(?:\s|$))[^\s"'<>]+/g;

/**
 * The text with the logins and tokens of all addresses in it dropped: people write tokens
 * into the address of a repository, and errors quote it. The user of ssh is no
 * secret and stays. Of an address whose login has no end, as somebody cut it or
 * its password has a slash, only the scheme stays.
 *
 * @public
 */
export function withoutCredentials(text: string): string {
  // A look begins where a word does, and not at each of its characters: a long
  // text without any address would take for ever.
  return withoutTokens(text)
    .replace(
      /(?<![a-z0-9+.-])(?!(?:git\+)?ssh:)([a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi,
      '$1',
    )
    .replace(/\b((?:git\+)?ssh:\/\/[^\s/:@]*):[^\s/?#]*@/gi, '$1@')
    .replace(UNENDED_LOGIN, '$1');
}

/**
 * The page of an application in Argo CD's own UI.
 *
 * @param uiUrl - base of the UI; may have a path
 * @throws TypeError when `uiUrl` is no http or https address
 * @public
 */
export function applicationUrl(
  uiUrl: string,
  application: { namespace: string; name: string },
): string {
  return uiPage(uiUrl, [
    'applications',
    application.namespace,
    application.name,
  ]);
}

function uiPage(uiUrl: string, parts: string[]): string {
  const safe = safeUrl(uiUrl);
  if (!safe) {
    throw new TypeError('The address of the Argo CD UI must be http or https');
  }
  const url = new URL(safe);
  const base = url.pathname.replace(/\/+$/, '');
  url.pathname = [base, ...parts.map(part => encodeURIComponent(part))].join(
    '/',
  );
  url.search = '';
  url.hash = '';
  return url.href;
}
