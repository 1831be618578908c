import type { HubState } from '../../state/HubState';
import { CONTROL_PLANE } from '../../state/names';
import type {
  ApplicationSet,
  ApplicationSetTemplate,
  GeneratedApplication,
} from '../../types/applicationset';
import type { Application, Destination } from '../../types/argocd';
import { RESOURCES_FINALIZER } from '../application/deletion';
import { EMPTY_STATUS } from '../application/status';
import { normalizeSpec } from './normalizeSpec';
import { ownerReferenceOf } from './ownership';
import { type Parameters, renderDeep, renderText } from './rendering';
import { applyTemplatePatch } from './templatePatch';
import { transform } from './transform';

/** Why a set could not be generated at all, with the reason for its conditions. */
export class GenerationError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What a set wants now: its applications, and what is wrong with others. */
export interface Generated {
  applications: Application[];
  /** of everything that was rendered, also what may not be */
  names: string[];
  /** why applications were left out, in the order of their names */
  errors: string[];
}

/**
 * Runs the generators of a set and renders its template. Throws GenerationError
 * when that fails; an application that may not be is left out and reported.
 */
export function generate(state: HubState, set: ApplicationSet): Generated {
  const rendered = renderApplications(state, set);
  const errors = validateApplications(state, set, rendered);
  const applications = rendered
    .filter(({ metadata }) => !errors.has(metadata.name))
    .map((app): Application => {
      const metadata = {
        ...app.metadata,
        ownerReferences: [ownerReferenceOf(set)],
      };
      const spec = normalizeSpec(app.spec);
      return { ...app, metadata, spec, status: EMPTY_STATUS };
    });
  const wrong = [...errors.keys()].sort();
  return {
    applications,
    names: rendered.map(({ metadata }) => metadata.name),
    errors: wrong.map(name => errors.get(name)!),
  };
}

/**
 * Every application that a set renders, also those whose cluster or project does
 * not exist. One bad generator or text does not keep the others from being tried,
 * but then nothing is generated: throws GenerationError with the first failure.
 */
export function renderApplications(
  state: Pick<HubState, 'clusters'>,
  set: ApplicationSet,
): GeneratedApplication[] {
  return (set.spec.generators ?? []).flatMap(generator => {
    const transformed = attempt('ApplicationGenerationFromParamsError', () =>
      transform({ state, set }, generator, { template: set.spec.template }),
    );
    return transformed.flatMap(({ parameters, template }) =>
      parameters.map(each =>
        attempt('RenderTemplateParamsError', () =>
          renderApplication(set, template, each),
        ),
      ),
    );
  });
}

/** Why applications may not be, by their names. */
function validateApplications(
  state: HubState,
  set: ApplicationSet,
  applications: readonly GeneratedApplication[],
): Map<string, string> {
  const errors = new Map<string, string>();
  const seen = new Set<string>();
  for (const { metadata, spec } of applications) {
    const { name } = metadata;
    const error = seen.has(name)
      ? `ApplicationSet ${set.metadata.name} contains applications with duplicate name: ${name}`
      : problemOf(state, spec.project ?? '', spec.destination);
    seen.add(name);
    if (error) errors.set(name, error);
  }
  return errors;
}

function problemOf(
  state: HubState,
  project: string,
  destination: Destination = {},
): string | undefined {
  if (!state.projects.get(project, CONTROL_PLANE)) {
    return `application references project ${project} which does not exist`;
  }
  if (!destination.server && !destination.name) {
    return 'application destination spec is invalid: Destination server missing from app spec';
  }
  try {
    state.resolve(destination);
    return undefined;
  } catch (error) {
    return `application destination spec is invalid: ${
      (error as Error).message
    }`;
  }
}

function renderApplication(
  set: ApplicationSet,
  template: Partial<ApplicationSetTemplate>,
  parameters: Parameters,
): GeneratedApplication {
  const { spec } = set;
  const hasParameters = Object.keys(parameters).length > 0;
  // Argo CD does not even look at the template when there is nothing to fill in.
  const { metadata = {}, spec: appSpec } = hasParameters
    ? renderDeep(template, parameters, spec)
    : template;
  const keeps = spec.syncPolicy?.preserveResourcesOnDeletion;
  const { labels, annotations, finalizers = [] } = metadata;
  const adds = hasParameters && !keeps && !finalizers.length;
  const all = adds ? [RESOURCES_FINALIZER] : finalizers;
  const app: GeneratedApplication = {
    metadata: {
      name: metadata.name ?? '',
      ...(hasEntries(labels) && { labels }),
      ...(hasEntries(annotations) && { annotations }),
      ...(all.length && { finalizers: all }),
    },
    spec: { ...appSpec!, destination: appSpec?.destination ?? {} },
  };
  // Flat templates know no patch (F4.1).
  const patch = spec.goTemplate ? spec.templatePatch : undefined;
  const patched =
    patch === undefined
      ? app
      : applyTemplatePatch(app, renderPatch(patch, parameters, set));
  const { namespace } = set.metadata;
  return {
    ...patched,
    metadata: { ...patched.metadata, ...(namespace && { namespace }) },
  };
}

function renderPatch(
  patch: string,
  parameters: Parameters,
  { spec }: ApplicationSet,
): string {
  try {
    return renderText(patch, parameters, spec);
  } catch (error) {
    throw new Error(
      `error replacing values in templatePatch: ${(error as Error).message}`,
    );
  }
}

function hasEntries(map: object | undefined): map is object {
  return !!map && Object.keys(map).length > 0;
}

function attempt<T>(reason: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    throw new GenerationError(reason, (error as Error).message);
  }
}
