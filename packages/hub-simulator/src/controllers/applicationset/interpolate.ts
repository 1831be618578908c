import type { Generator } from '../../types/applicationset';
import { isMap } from './gotemplate/values';
import {
  type Dialect,
  type Parameters,
  renderDeep,
  renderText,
} from './rendering';

/** A generator as far as this matters: `values` are rendered more leniently. */
interface WithValues {
  values?: Record<string, string>;
  generators?: Generator[];
}

/**
 * The second child of a matrix with the parameters of the first filled in. Values
 * may also use what the child itself will give: what is missing now is kept.
 */
export function interpolate(
  generator: Generator,
  parameters: Parameters,
  dialect: Dialect,
): Generator {
  try {
    return interpolated(generator, parameters, dialect);
  } catch (error) {
    throw new Error(
      `failed to replace parameters in generator: ${(error as Error).message}`,
    );
  }
}

function interpolated(
  generator: Generator,
  parameters: Parameters,
  dialect: Dialect,
): Generator {
  return Object.fromEntries(
    Object.entries(generator).map(([kind, spec]) => {
      if (!isMap(spec)) return [kind, spec];
      const { values, generators, ...rest } = spec as WithValues;
      const rendered: WithValues = renderDeep(rest, parameters, dialect);
      if (values) rendered.values = lenient(values, parameters, dialect);
      if (generators) {
        rendered.generators = generators.map(child =>
          interpolated(child, parameters, dialect),
        );
      }
      return [kind, rendered];
    }),
  );
}

function lenient(
  values: Record<string, string>,
  parameters: Parameters,
  dialect: Dialect,
): Record<string, string> {
  const strict = { ...dialect, goTemplateOptions: ['missingkey=error'] };
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      try {
        return [key, renderText(value, parameters, strict)];
      } catch (error) {
        const { message } = error as Error;
        const isMissing = /map has no entry for key|can't evaluate field/.test(
          message,
        );
        if (isMissing) return [key, value];
        throw new Error(
          `failed to pre-resolve Values key ${JSON.stringify(key)}: ${message}`,
        );
      }
    }),
  );
}
