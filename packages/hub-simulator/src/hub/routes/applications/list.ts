import { matchesSelector, parseSelector } from '../../../labels';
import type { LabelSelector } from '../../../types/kubernetes';
import { ApiError, Code } from '../../errors';
import { type HubRequest, RawJson } from '../../HubRequest';
import { ListFields } from '../../listFields';
import type { ApplicationEntry } from '../../rendering';
import { isNamespaceEnabled } from './find';
import { visibilityOf } from './Visibility';

/**
 * Bytes of protobuf per byte of JSON. By F6.2 an ordinary application is 15.3 kB
 * of JSON, and by F1.1.12 some 15 to 20 thousand of them fill 200 MB, which is
 * 12 kB of protobuf each: numbers, keys and quotes shrink, texts stay.
 */
const PROTOBUF_SHARE = 0.78;
/** Selecting of so many is worth remembering. */
const LARGE = 1000;
const COMMA = Buffer.from(',');

interface Selection {
  entries: readonly ApplicationEntry[];
  /** how many the selector and the namespace leave, before the rest narrows */
  matched: number;
  /** of JSON, untrimmed */
  bytes: number;
}

/** `GET /api/v1/applications`: what the answering replica's informer holds. */
export async function list(request: HubRequest): Promise<RawJson> {
  const { state, view } = request;
  const { resourceVersion } = view.applications;
  const selection = select(request);
  const { entries, matched, bytes } = selection;
  const query = request.query('fields');
  const options = { trims: !!query, selected: entries.length, replica: view };
  await state.cost.list(matched, bytes, options);
  limit(request, selection);
  const metadata = JSON.stringify({ resourceVersion });
  if (!query) {
    const head = Buffer.from(`{"metadata":${metadata},"items":[`);
    const items = entries.flatMap(({ bytes: item }, index) =>
      index ? [COMMA, item] : [item],
    );
    return new RawJson([head, ...items, Buffer.from(']}')]);
  }
  const fields = ListFields.parse(query, state.version);
  fields.meetConflicts(entries.length, state.random);
  if (!entries.length) {
    return new RawJson(`{"items":null,"metadata":${metadata}}`);
  }
  const items = await state.listBodies.join(entries, fields);
  const end = Buffer.from(`],"metadata":${metadata}}`);
  return new RawJson([Buffer.from('{"items":['), ...items, end]);
}

/** Whatever the fields: they are applied behind the message that is too large. */
function limit({ state }: HubRequest, { bytes }: Selection): void {
  const size = Math.ceil(bytes * PROTOBUF_SHARE);
  const { grpcMaxBytes } = state.limits;
  if (size <= grpcMaxBytes) return;
  throw new ApiError(
    Code.ResourceExhausted,
    `grpc: trying to send message larger than max (${size} vs. ${grpcMaxBytes})`,
  );
}

/** Selections of big lists, which live until an application changes. */
const selections = new WeakMap<object, Map<string, Selection>>();

function select(request: HubRequest): Selection {
  const all = request.view.applications.entries();
  const visibility = visibilityOf(request);
  const parameters = new URLSearchParams(request.url.search);
  parameters.delete('fields');
  const key = `${visibility.key} ${parameters}`;
  const known = selections.get(all) ?? new Map<string, Selection>();
  selections.set(all, known);
  const selection = known.get(key) ?? narrow(request, all);
  if (all.length >= LARGE) known.set(key, selection);
  return selection;
}

function narrow(
  request: HubRequest,
  all: readonly ApplicationEntry[],
): Selection {
  const selector = readSelector(request.query('selector'));
  const namespace = request.query('appNamespace');
  const matching = all.filter(
    entry =>
      (!namespace || entry.namespace === namespace) &&
      (!selector || matchesSelector(selector, entry.labels)),
  );
  const visibility = visibilityOf(request);
  const visible = selectFurther(request, matching).filter(
    entry =>
      isNamespaceEnabled(request, entry.namespace) && visibility.sees(entry),
  );
  const entries = byName(visible);
  const bytes = entries.reduce((sum, each) => sum + each.bytes.length, 0);
  return { entries, matched: matching.length, bytes };
}

/** The first match of the name, and only then the rest. */
function selectFurther(
  request: HubRequest,
  matching: readonly ApplicationEntry[],
): readonly ApplicationEntry[] {
  const name = request.query('name');
  const repo = request.query('repo');
  const project = request.queryAll('project');
  const projects = project.length ? project : request.queryAll('projects');
  const named = name
    ? matching.filter(entry => entry.name === name).slice(0, 1)
    : matching;
  return named.filter(
    ({ facts }) =>
      (!projects.length || projects.includes(facts.project)) &&
      (!repo || facts.repository === repo),
  );
}

/** They come sorted by namespace and name, so one namespace needs no sorting. */
function byName(entries: ApplicationEntry[]): ApplicationEntry[] {
  if (entries[0]?.namespace === entries.at(-1)?.namespace) return entries;
  return entries.sort((a, b) => {
    if (a.name === b.name) return 0;
    return a.name < b.name ? -1 : 1;
  });
}

function readSelector(text: string): LabelSelector | undefined {
  try {
    return text ? parseSelector(text) : undefined;
  } catch (error) {
    throw new ApiError(
      Code.Unknown,
      `error parsing the selector: ${(error as Error).message}`,
    );
  }
}
