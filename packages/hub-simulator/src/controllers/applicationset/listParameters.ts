import type { ApplicationSet, ListGenerator } from '../../types/applicationset';
import { fromYaml } from './gotemplate/yaml';
import { isMap } from './gotemplate/values';
import type { Parameters } from './rendering';

/** The parameters of a list generator: its elements, then those of its YAML. */
export function listParameters(
  set: ApplicationSet,
  { elements, elementsYaml }: ListGenerator,
): Parameters[] {
  const read = set.spec.goTemplate ? goElement : flatElement;
  return [
    ...(elements ?? []).map(read),
    ...(elementsYaml ? yamlElements(elementsYaml) : []),
  ];
}

function goElement(element: unknown): Parameters {
  if (isMap(element) || element === null) return element ?? {};
  throw new Error(
    `error unmarshling list element ${cannotDecode(
      element,
      'map[string]interface {}',
    )}`,
  );
}

/** Without Go templates every value must be a string. */
function flatElement(element: unknown): Parameters {
  return Object.fromEntries(
    Object.entries(goElement(element)).flatMap(([key, value]) => {
      if (key !== 'values') return [[key, text(value)]];
      if (!isMap(value)) throw new Error('error parsing values map');
      return Object.entries(value).map(([name, each]) => [
        `values.${name}`,
        text(each),
      ]);
    }),
  );
}

/** Argo CD wraps an error that is not there; Go prints that. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error('error parsing value as string %!w(<nil>)');
}

function yamlElements(yaml: string): Parameters[] {
  try {
    const value = fromYaml(yaml) ?? [];
    if (!Array.isArray(value)) {
      throw new Error(yamlError(value, '[]map[string]interface {}'));
    }
    return value.map(item => {
      if (isMap(item) || item === null) return item ?? {};
      throw new Error(yamlError(item, 'map[string]interface {}'));
    });
  } catch (error) {
    throw new Error(
      `error unmarshling decoded ElementsYaml ${(error as Error).message}`,
    );
  }
}

function yamlError(value: unknown, type: string): string {
  return `error unmarshaling JSON: while decoding JSON: ${cannotDecode(
    value,
    type,
  )}`;
}

function cannotDecode(value: unknown, type: string): string {
  const names: Record<string, string> = { boolean: 'bool' };
  const kind = Array.isArray(value) ? 'array' : typeof value;
  return `json: cannot unmarshal ${
    names[kind] ?? kind
  } into Go value of type ${type}`;
}
