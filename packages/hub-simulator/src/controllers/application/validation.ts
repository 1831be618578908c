import type { HubState } from '../../state/HubState';
import { CONTROL_PLANE } from '../../state/names';
import { permitsNamespace } from '../../state/projectGate';
import type { Application, AppProject, Source } from '../../types/argocd';
import type { NewCondition } from './conditions';
import { permitsSource } from './permissions';
import { hasManySources, sourcesOf } from './target';

/** What an application's spec is judged by. */
export interface Validated {
  project?: AppProject;
  /** when there are any, nothing is compared */
  conditions: NewCondition[];
}

/** Checks the project, the sources and the destination of an application. */
export function validateSpec(state: HubState, app: Application): Validated {
  const name = app.spec.project || 'default';
  const project = state.projects.get(name, CONTROL_PLANE);
  if (!project) {
    return {
      conditions: invalid(
        `Application referencing project ${name} which does not exist`,
      ),
    };
  }
  const { namespace = CONTROL_PLANE } = app.metadata;
  if (!permitsNamespace(project, namespace)) {
    const message = `application '${app.metadata.name}' in namespace '${namespace}' is not permitted to use project '${name}'`;
    return { project, conditions: [{ type: 'UnknownError', message }] };
  }
  const conditions = checkSources(app, project);
  if (conditions.some(({ message }) => !message.includes('not permitted'))) {
    return { project, conditions };
  }
  const refusal = refuseDestination(state, app, project);
  if (refusal) conditions.push(...invalid(refusal));
  return { project, conditions };
}

function checkSources(app: Application, project: AppProject): NewCondition[] {
  const conditions: NewCondition[] = [];
  for (const source of sourcesOf(app)) {
    const problem = checkSource(source, hasManySources(app));
    if (problem) return invalid(problem);
    if (permitsSource(project, source)) continue;
    conditions.push(
      ...invalid(
        `application repo ${source.repoURL} is not permitted in project '${project.metadata.name}'`,
      ),
    );
  }
  return conditions;
}

function checkSource(source: Source, isOneOfMany: boolean): string | undefined {
  const { repoURL, path, chart, ref, targetRevision } = source;
  const hasContent = !!path || !!chart || (isOneOfMany && !!ref);
  if (!repoURL || !hasContent) {
    return isOneOfMany
      ? `spec.source.repoURL and either source.path, source.chart, or source.ref are required for source ${JSON.stringify(
          source,
        )}`
      : 'spec.source.repoURL and either spec.source.path or spec.source.chart are required';
  }
  if (chart && !targetRevision) {
    return 'spec.source.targetRevision is required if the manifest source is a helm chart';
  }
  return undefined;
}

function refuseDestination(
  state: HubState,
  { spec }: Application,
  project: AppProject,
): string | undefined {
  try {
    state.resolve(spec.destination);
  } catch (error) {
    return (error as Error).message;
  }
  return state.refuseDestination(project, spec.destination);
}

function invalid(message: string): NewCondition[] {
  return [{ type: 'InvalidSpecError', message }];
}
