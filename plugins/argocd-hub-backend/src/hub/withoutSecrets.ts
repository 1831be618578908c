import { withoutCredentials } from 'backstage-plugin-argocd-hub-common';

const HIDDEN = '…';

/**
 * A value on a command line that Argo CD quotes, without quotes around it as it
 * does: it may hold spaces and line breaks, and ends where the next option or
 * the command does.
 */
const ARGUMENT = String.raw`[\s\S]*?(?=\s--?[a-z]|\s<|\x60(?:[\s:,.]|$)|$)`;

/** A quoted value, with or without escapes around its quotes, or else a word. */
const VALUE = String.raw`(?:\\"[\s\S]*?(?:\\"|$)|"(?:[^"\\]|\\[\s\S])*(?:"|$)|'[^']*(?:'|$)|[^\s"'\\]\S*)`;

const NAME = String.raw`(?:password|passwd|pwd|token|secret|api[_-]?key|access[_-]?key|private[_-]?key)`;

/**
 * What is kept stands in the first group. Each has few places to begin at, and
 * no two ways to read a text: a long one must not take for ever.
 */
const SECRETS = [
  // Helm: --set a.b=value, --set-string, --set-file, --set-json, --set-literal.
  String.raw`(--set(?:-[a-z]{1,20})?[\s=]["']?(?:[\w.\-[\]\\/]{1,200}=)?)${ARGUMENT}`,
  // Values where the name of a file belongs.
  String.raw`(\s(?:-f|--values)[\s=])["']?(?:\{|[\w.-]{1,100}[=:](?!//))${ARGUMENT}`,
  String.raw`(--[\w-]{0,40}${NAME}[\w-]{0,20}[\s=])(?!-)${VALUE}`,
  String.raw`(authorization\\?["']?\s{0,3}[:=]\s{0,3})\\?["']?(?:(?:bearer|basic|token)\s{1,3})?[^\s"'\\]+\\?["']?`,
  String.raw`(\b(?:bearer|basic)\s{1,3})(?=\S*\d|\S{20})\S+`,
  String.raw`(${NAME}[\w-]{0,20}\\?["']?\s{0,3}=\s{0,3})${VALUE}`,
  String.raw`(${NAME}[\w-]{0,20}\\?["']\s{0,3}:\s{0,3})${VALUE}`,
  String.raw`((?:password|passwd|api[_-]?key)\s{0,3}:\s{1,3})${VALUE}`,
  // Tokens that are known by how they begin.
  String.raw`()(?<![\w-])(?:gh[oprsu]_|github_pat_|glpat-)[\w-]{8,}`,
  String.raw`()(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?`,
].map(source => new RegExp(source, 'gi'));

/**
 * What Argo CD tells of a failure, fit to be kept and shown. It quotes the
 * commands that it ran, with parameters of Helm, and what tools said, with
 * addresses that hold logins, with headers and with passwords.
 */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce(
    (told, secret) => told.replace(secret, `$1${HIDDEN}`),
    withoutCredentials(text),
  );
}
