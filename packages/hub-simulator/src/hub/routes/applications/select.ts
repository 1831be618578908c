import { matchesSelector, parseSelector } from '../../../labels';
import type { LabelSelector } from '../../../types/kubernetes';
import { ApiError, Code } from '../../errors';
import type { HubRequest } from '../../HubRequest';
import type { ApplicationEntry } from '../../rendering';
import { isNamespaceEnabled } from './find';
import { visibilityOf, type Visibility } from './Visibility';

/** So many different lists are remembered for each replica. */
const KEPT = 8;

/** What a list answers. */
export interface Selection {
  entries: readonly ApplicationEntry[];
  /** how many the selector and the namespace leave, before the rest narrows */
  matched: number;
  /** of JSON, untrimmed */
  bytes: number;
}

/** How far an application gets: selector and namespace match, and then the rest. */
const Verdict = { Out: 0, Matched: 1, Selected: 2 } as const;

interface Kept {
  all: readonly ApplicationEntry[];
  verdicts: Uint8Array;
  selection: Selection;
}

const kept = new WeakMap<object, Map<string, Kept>>();

/**
 * The applications of a list, sorted by name. A list that is asked for again
 * judges only those applications that have changed since.
 *
 * @throws ApiError 500 for a selector that makes no sense
 */
export function select(request: HubRequest): Selection {
  const { applications } = request.view;
  const all = applications.entries();
  const visibility = visibilityOf(request);
  const judge = judgeOf(request, visibility);
  const name = request.query('name');
  if (name) return selectOne(all, name, judge);
  const parameters = new URLSearchParams(request.url.search);
  parameters.delete('fields');
  const { applicationNamespaces } = request.state;
  const key = `${visibility.key} ${applicationNamespaces} ${parameters}`;
  const lists = kept.get(applications) ?? new Map<string, Kept>();
  kept.set(applications, lists);
  const last = lists.get(key);
  lists.delete(key);
  if (lists.size >= KEPT) lists.delete(lists.keys().next().value!);
  const next = last?.all === all ? last : judgeAll(all, judge, last);
  lists.set(key, next);
  return next.selection;
}

/** One of {@link Verdict}. */
type Judge = (entry: ApplicationEntry) => number;

function judgeOf(request: HubRequest, visibility: Visibility): Judge {
  const selector = readSelector(request.query('selector'));
  const namespace = request.query('appNamespace');
  const repo = request.query('repo');
  const project = request.queryAll('project');
  const projects = project.length ? project : request.queryAll('projects');
  return entry => {
    const { facts } = entry;
    const isMatched =
      (!namespace || entry.namespace === namespace) &&
      (!selector || matchesSelector(selector, entry.labels));
    if (!isMatched) return Verdict.Out;
    const isSelected =
      (!projects.length || projects.includes(facts.project)) &&
      (!repo || facts.repository === repo) &&
      isNamespaceEnabled(request, entry.namespace) &&
      visibility.sees(entry);
    return isSelected ? Verdict.Selected : Verdict.Matched;
  };
}

/** The first of a name that matches, and only then the rest. */
function selectOne(
  all: readonly ApplicationEntry[],
  name: string,
  judge: Judge,
): Selection {
  const matching = all.filter(entry => judge(entry) !== Verdict.Out);
  const first = matching.find(entry => entry.name === name);
  const entries = first && judge(first) === Verdict.Selected ? [first] : [];
  const bytes = entries[0]?.bytes.length ?? 0;
  return { entries, matched: matching.length, bytes };
}

function judgeAll(
  all: readonly ApplicationEntry[],
  judge: Judge,
  last: Kept | undefined,
): Kept {
  const verdicts = new Uint8Array(all.length);
  const entries: ApplicationEntry[] = [];
  let matched = 0;
  let bytes = 0;
  for (let index = 0; index < all.length; index += 1) {
    const entry = all[index];
    const isSame = last?.all[index] === entry;
    const verdict = isSame ? last.verdicts[index] : judge(entry);
    verdicts[index] = verdict;
    if (verdict === Verdict.Out) continue;
    matched += 1;
    if (verdict !== Verdict.Selected) continue;
    entries.push(entry);
    bytes += entry.bytes.length;
  }
  const selection = { entries: byName(entries), matched, bytes };
  return { all, verdicts, selection };
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
