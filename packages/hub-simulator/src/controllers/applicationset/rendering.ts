export type Parameters = Record<string, unknown>;

/** Fills the placeholders of a text from parameters. */
export type Renderer = (text: string, parameters: Parameters) => string;

/** `goTemplate: false`: flat keys; an unknown placeholder is left as it is. */
export const renderFlat: Renderer = (text, parameters) =>
  text.replace(/\{\{\s*([^{}\s]+)\s*\}\}/g, (placeholder, key: string) => {
    const value = parameters[key];
    return typeof value === 'string' ? value : placeholder;
  });

/**
 * The part of Go templates that is understood: `{{ .a.b }}` and
 * `{{ index .a.b "key" }}`. Anything else is an error that names it.
 */
export function renderGo(missingKey: 'error' | 'default'): Renderer {
  return (text, parameters) =>
    text.replace(/\{\{-?\s*(.*?)\s*-?\}\}/gs, (_, expression: string) => {
      const value = evaluate(expression, parameters);
      if (value !== undefined) return String(value);
      if (missingKey === 'default') return '<no value>';
      const key = expression.split(/[.\s]/).at(-1)?.replace(/"/g, '');
      throw new Error(
        `failed to execute go template ${text}: template: :1: executing "" at <${expression}>: map has no entry for key "${key}"`,
      );
    });
}

/** Renders every string of a structure, map keys included. */
export function renderDeep<T>(
  value: T,
  parameters: Parameters,
  render: Renderer,
): T {
  if (typeof value === 'string') return render(value, parameters) as T;
  if (Array.isArray(value)) {
    return value.map(item => renderDeep(item, parameters, render)) as T;
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        render(key, parameters),
        renderDeep(item, parameters, render),
      ]),
    ) as T;
  }
  return value;
}

function evaluate(expression: string, parameters: Parameters): unknown {
  if (/^(\.[\w]+)+$/.test(expression)) {
    return lookUp(expression.slice(1).split('.'), parameters);
  }
  const index = /^index ((?:\.\w+)+)((?: "[^"]*")+)$/.exec(expression);
  if (!index) {
    throw new Error(
      `failed to parse template {{${expression}}}: only fields and index are understood`,
    );
  }
  const keys = [...index[2].matchAll(/"([^"]*)"/g)].map(([, key]) => key);
  const path = [...index[1].slice(1).split('.'), ...keys];
  // As in Go, indexing a map of strings with a missing key gives an empty string.
  return lookUp(path, parameters) ?? '';
}

function lookUp(path: string[], parameters: Parameters): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    parameters,
  );
}
