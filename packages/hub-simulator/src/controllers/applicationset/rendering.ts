import { GoTemplate } from './gotemplate/GoTemplate';
import { quote } from './gotemplate/format';
import { isMap } from './gotemplate/values';

export type Parameters = Record<string, unknown>;

/** How a set renders its texts. */
export interface Dialect {
  goTemplate?: boolean;
  goTemplateOptions?: readonly string[];
}

const CACHED_TEMPLATES = 2000;
const templates = new Map<string, GoTemplate>();

/** Fills the placeholders of a text. Throws with Argo CD's sentence. */
export function renderText(
  text: string,
  parameters: Parameters,
  dialect: Dialect,
): string {
  if (!dialect.goTemplate) return renderFlat(text, parameters);
  if (!text.includes('{{')) return text;
  return renderGo(text, parameters, dialect.goTemplateOptions ?? []);
}

/** Renders every string of a structure, keys of maps included. */
export function renderDeep<T>(
  value: T,
  parameters: Parameters,
  dialect: Dialect,
): T {
  if (typeof value === 'string') {
    return renderText(value, parameters, dialect) as T;
  }
  if (Array.isArray(value)) {
    return value.map(item => renderDeep(item, parameters, dialect)) as T;
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      renderText(key, parameters, dialect),
      renderDeep(item, parameters, dialect),
    ]),
  ) as T;
}

function renderGo(
  text: string,
  parameters: Parameters,
  options: readonly string[],
): string {
  let template = templates.get(text);
  try {
    template ??= GoTemplate.parse(text);
  } catch (error) {
    throw new Error(
      `failed to parse template ${text}: ${(error as Error).message}`,
    );
  }
  if (templates.size >= CACHED_TEMPLATES) templates.clear();
  templates.set(text, template);
  try {
    return template.execute(parameters, options);
  } catch (error) {
    throw new Error(
      `failed to execute go template ${text}: ${(error as Error).message}`,
    );
  }
}

/**
 * `goTemplate: false`: flat keys between `{{` and the next `}}`. What is not the
 * name of a string is left as it is.
 */
function renderFlat(text: string, parameters: Parameters): string {
  if (!/\{\{.*\}\}/.test(text)) return text;
  let rest = text;
  let rendered = '';
  for (;;) {
    const open = rest.indexOf('{{');
    if (open < 0) return rendered + rest;
    const behind = rest.slice(open + 2);
    const close = behind.indexOf('}}');
    if (close < 0) {
      throw new Error(
        `invalid template: Cannot find end tag="}}" in the template=${quote(
          text,
        )} starting from ${quote(behind)}`,
      );
    }
    const tag = behind.slice(0, close);
    const name = tag.trim();
    const value = Object.hasOwn(parameters, name) ? parameters[name] : null;
    const isKnown = name && typeof value === 'string';
    rendered += rest.slice(0, open) + (isKnown ? value : `{{${tag}}}`);
    rest = behind.slice(close + 2);
  }
}
