import { decodeStruct } from '../../goStruct';
import type { HubState } from '../../state/HubState';
import type {
  ApplicationSet,
  ApplicationSetTemplate,
  Generator,
  MatrixGenerator,
} from '../../types/applicationset';
import { clusterParameters } from './clusterParameters';
import { sprint } from './gotemplate/format';
import { interpolate } from './interpolate';
import { listParameters } from './listParameters';
import { fillFrom, overlay } from './merging';
import type { Parameters } from './rendering';
import { checkSelector, passesSelector } from './selectors';

/** The kinds of generators that Argo CD knows, in the order in which it runs them. */
export const GENERATOR_KINDS = [
  'list',
  'clusters',
  'git',
  'scmProvider',
  'clusterDecisionResource',
  'pullRequest',
  'matrix',
  'merge',
  'plugin',
] as const;
type Kind = (typeof GENERATOR_KINDS)[number];

/** What one generator gives: parameters, and the template to render with them. */
export interface Transformed {
  parameters: Parameters[];
  template: Partial<ApplicationSetTemplate>;
}

export interface TransformContext {
  state: Pick<HubState, 'clusters'>;
  set: ApplicationSet;
}

/**
 * Runs one generator, in a matrix with the parameters of the child before it.
 * Throws with Argo CD's sentence.
 */
export function transform(
  context: TransformContext,
  generator: Generator,
  options: {
    template?: Partial<ApplicationSetTemplate>;
    parameters?: Parameters;
  },
): Transformed[] {
  const { set } = context;
  const { template = {}, parameters = {} } = options;
  try {
    checkSelector(generator.selector);
  } catch (error) {
    throw new Error(
      `error parsing label selector: ${(error as Error).message}`,
    );
  }
  const isInterpolated = Object.keys(parameters).length > 0;
  return kindsOf(generator).map(kind => {
    const own = (generator[kind] as { template?: object }).template;
    const final = isInterpolated
      ? interpolate(generator, parameters, set.spec)
      : generator;
    return {
      template: fillFrom(own, template) as Partial<ApplicationSetTemplate>,
      parameters: parametersOf(context, kind, final).filter(each =>
        passesSelector(generator.selector, each),
      ),
    };
  });
}

/** The kinds that a generator uses; usually one. */
function kindsOf(generator: Generator): Kind[] {
  return GENERATOR_KINDS.filter(
    kind => generator[kind] !== undefined && generator[kind] !== null,
  );
}

function parametersOf(
  context: TransformContext,
  kind: Kind,
  generator: Generator,
): Parameters[] {
  const { state, set } = context;
  switch (kind) {
    case 'list':
      return listParameters(set, generator.list!);
    case 'clusters':
      return clusterParameters(state, set, generator.clusters!);
    case 'matrix':
      return matrixParameters(context, generator.matrix!.generators ?? []);
    default:
      throw new Error(`the generator ${kind} is not simulated`);
  }
}

function matrixParameters(
  context: TransformContext,
  children: Generator[],
): Parameters[] {
  const count = children.length;
  if (count !== 2) {
    const much = count < 2 ? 'less' : 'more';
    throw new Error(
      `found ${much} than two generators, Matrix support only two`,
    );
  }
  const isGo = !!context.set.spec.goTemplate;
  const [first, second] = children;
  const outer = childParameters(context, first, {
    prefix:
      'error failed to get params for first generator in matrix generator',
  });
  return outer.flatMap(parameters =>
    childParameters(context, second, {
      prefix:
        'failed to get params for second generator in the matrix generator',
      parameters,
    }).map(inner =>
      isGo ? overlay(inner, parameters) : combine(parameters, inner),
    ),
  );
}

function childParameters(
  context: TransformContext,
  child: Generator,
  options: { prefix: string; parameters?: Parameters },
): Parameters[] {
  const { prefix, parameters } = options;
  let results: Transformed[];
  try {
    results = transform(context, withoutTemplates(child), { parameters });
  } catch (error) {
    throw new Error(
      `${prefix}: child generator returned an error on parameter generation: ${
        (error as Error).message
      }`,
    );
  }
  if (!results.length) {
    throw new Error(`${prefix}: child generator generated no parameters`);
  }
  if (results.length > 1) {
    throw new Error(
      `${prefix}: found more than one generator in matrix.Generators`,
    );
  }
  return results[0].parameters;
}

/** A matrix in a matrix may hold no further one, and no template of its own. */
function withoutTemplates(child: Generator): Generator {
  if (!child.matrix) return child;
  const { generators } = decodeStruct(
    child.matrix,
    'v1alpha1MatrixGenerator',
  ) as MatrixGenerator;
  const terminals = generators?.map(
    ({ matrix, merge, ...terminal }): Generator => terminal,
  );
  return { ...child, matrix: { generators: terminals } };
}

function combine(a: Parameters, b: Parameters): Parameters {
  const combined: Parameters = Object.fromEntries(
    Object.entries(a).map(([key, value]) => [key, sprint(value)]),
  );
  for (const [key, value] of Object.entries(b)) {
    const text = sprint(value);
    if (Object.hasOwn(combined, key) && combined[key] !== text) {
      throw new Error(
        `failed to combine string maps with merging params for the matrix generator: found duplicate key ${key} with different value, a: ${combined[key]} ,b: ${text}`,
      );
    }
    combined[key] = text;
  }
  return combined;
}
