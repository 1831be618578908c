/**
 * What must never break without a test that says so.
 *
 * - `name`: what the product would do then
 * - `file`, `line`, `instead`: the line stands in that file exactly once,
 *   indentation aside, and is replaced
 * - `test`, `noticedBy`: of that file, the tests whose name contains this are
 *   green before and red after. The smallest ones that notice, without
 *   PostgreSQL
 */
const CATALOG = 'plugins/catalog-backend-module-argocd-hub/src';
const COMMON = 'plugins/argocd-hub-common/src/status';
const HUB = 'plugins/argocd-hub-backend/src/hub';
const MIRROR = 'plugins/argocd-hub-backend/src/mirror';
const STORE = 'plugins/argocd-hub-backend/src/store';
const BACKEND = 'plugins/argocd-hub-backend/src';
const FRONTEND = 'plugins/argocd-hub/src';

export const breakages = [
  // What the mirror believes.
  {
    name: 'ignore DELETED',
    file: `${MIRROR}/EventIntake.ts`,
    line: 'await this.#writer.remove(identity);',
    instead: '',
    test: `${MIRROR}/stream.test.ts`,
    noticedBy: 'takes away what is deleted, without a list',
  },
  {
    name: 'skip the relist after a reconnect',
    file: `${MIRROR}/StreamFollower.ts`,
    line: 'onSettled: () => this.#settled(connection),',
    instead: 'onSettled: () => {},',
    test: `${MIRROR}/StreamFollower.test.ts`,
    noticedBy: 'wants a list as soon as a new connection listens',
  },
  {
    name: 'never drop a stream that fell silent',
    file: `${MIRROR}/StreamConnection.ts`,
    line: 'performance.now() - this.#aliveAt > SILENT_AFTER_MS',
    instead: 'false',
    test: `${MIRROR}/StreamConnection.test.ts`,
    noticedBy: 'is given up when it falls silent',
  },
  {
    name: 'let a list overwrite a newer event',
    file: `${MIRROR}/ApplicationIndex.ts`,
    line: 'return (this.#eventAt.get(key) ?? -Infinity) >= moment;',
    instead: 'return false;',
    test: `${MIRROR}/ListComparer.test.ts`,
    noticedBy: 'leaves alone what the stream spoke of',
  },
  {
    name: 'let one list remove an application',
    file: `${MIRROR}/RemovalGuard.ts`,
    line: 'return { round: first, missing, gone: [] };',
    instead: 'return { round: first, missing: [], gone: missing };',
    test: `${MIRROR}/membership.test.ts`,
    noticedBy: 'never removes one application because a list lacks it',
  },
  {
    name: 'no guard against mass removal',
    file: `${MIRROR}/RemovalGuard.ts`,
    line: 'const second = await this.#read(version);',
    instead: 'const second = first;',
    test: `${MIRROR}/membership.test.ts`,
    noticedBy: 'asks twice before it believes that everything is gone',
  },
  {
    name: 'leave out what is too large for one list',
    file: `${MIRROR}/ListPlan.ts`,
    line: 'return this.batches(projects);',
    instead: 'return [];',
    test: `${MIRROR}/ListPlan.test.ts`,
    noticedBy: 'halves what the hub refuses, and remembers it',
  },
  {
    name: 'let an unreadable application break the stream',
    file: `${MIRROR}/ApplicationWriter.ts`,
    line: 'this.#status.skip(identity, (error as Error).message);',
    instead: 'throw error;',
    test: `${MIRROR}/hostile.test.ts`,
    noticedBy: 'a name with a path',
  },
  {
    name: 'keep the values of Helm',
    file: `${MIRROR}/trim.ts`,
    line: 'chart: text(source.chart),',
    instead: 'chart: text(source.chart), ...source,',
    test: `${MIRROR}/HubMirror.test.ts`,
    noticedBy: 'keeps no secret that an application carries',
  },

  // What people are shown.
  {
    name: 'trust Healthy of an unreachable cluster',
    file: `${COMMON}/shown.ts`,
    line: `if (cluster?.verdict.reachability === 'unreachable') {`,
    instead: 'if (false) {',
    test: `${COMMON}/shown.test.ts`,
    noticedBy: 'the cluster is unreachable',
  },
  {
    name: 'keep green when the hub is stale',
    file: `${COMMON}/shown.ts`,
    line: 'if (!isOutdated(hub)) {',
    instead: 'if (true) {',
    test: `${COMMON}/shown.test.ts`,
    noticedBy: 'the hub is stale',
  },
  {
    name: 'call old contact live after a restart',
    file: `${COMMON}/freshness.ts`,
    line: 'if (startedAt !== undefined && (contact ?? -Infinity) < startedAt) {',
    instead: 'if (false) {',
    test: `${COMMON}/freshness.test.ts`,
    noticedBy: 'contact of before the start proves nothing about now',
  },
  {
    name: 'call a cluster unreachable after one failure',
    file: `${COMMON}/evidence.ts`,
    line: 'proof: !contradicted && lastFailureAt - firstFailureAt >= recheck,',
    instead: 'proof: !contradicted,',
    test: `${COMMON}/laws.test.ts`,
    noticedBy: 'two failures closer than a recheck',
  },
  {
    name: 'count a heartbeat without evidence as a failure',
    file: `${COMMON}/heartbeat.ts`,
    line: 'return { ...facts, noEvidenceAt: now };',
    instead:
      'return { ...facts, failures: facts.failures + 1, firstFailureAt: facts.firstFailureAt ?? now, lastFailureAt: now };',
    test: `${COMMON}/heartbeat.test.ts`,
    noticedBy: 'no evidence changes nothing else',
  },
  {
    name: 'take the page of a front for the answer of a cluster',
    file: `${COMMON}/heartbeat.ts`,
    line: "return isEventList ? { kind: 'good' } : { kind: 'no-evidence' };",
    instead: "return { kind: 'good' };",
    test: `${COMMON}/heartbeat.test.ts`,
    noticedBy: 'a good answer counts only with events',
  },
  {
    name: 'take half an answer for a whole one',
    file: `${HUB}/eventList.ts`,
    line: 'if (error instanceof HubError) {',
    instead: 'if (error instanceof HubError && !parts.length) {',
    test: `${HUB}/eventList.test.ts`,
    noticedBy: 'one that broke off',
  },
  {
    name: 'keep the parameters of Helm that an error quotes',
    file: `${MIRROR}/prose.ts`,
    line: 'const whole = withoutSecrets(told);',
    instead: 'const whole = told;',
    test: `${MIRROR}/prose.test.ts`,
    noticedBy: 'an operation',
  },
  {
    name: 'cut a text before its secrets are out',
    file: `${MIRROR}/prose.ts`,
    line: 'const told = text(value, LONGEST_READ);',
    instead: 'const told = text(value, longest);',
    test: `${MIRROR}/prose.test.ts`,
    noticedBy: 'says so, and keeps what it may',
  },

  // What is written.
  {
    name: 'no check of the epoch',
    file: `${STORE}/database/DatabaseLeaseStore.ts`,
    line: 'if (!(await check)) {',
    instead: 'if ((await check, false)) {',
    test: `${STORE}/leases.test.ts`,
    noticedBy: 'let only the holder of the current epoch write',
  },
  {
    name: 'mirror on when the lease cannot be renewed',
    file: `${MIRROR}/HubMirror.ts`,
    line: '} else if (renewed === false || performance.now() >= giveUpAt) {',
    instead: '} else if (false) {',
    test: `${MIRROR}/replicas/leases.test.ts`,
    noticedBy: 'stop mirroring when they cannot renew it',
  },
  {
    name: 'write what does not differ',
    file: `${STORE}/database/applicationWrites.ts`,
    line: '.filter(({ record, hash }) => known.get(keyInHub(record)) !== hash);',
    instead: ';',
    test: `${STORE}/applications.test.ts`,
    noticedBy: 'are not written when nothing differs',
  },
  {
    name: 'record an operation again when it ends',
    file: `${STORE}/database/changeRows.ts`,
    line: "identity: identity('operation', '', uid),",
    instead: "identity: identity('operation', operation.phase, uid),",
    test: `${STORE}/changes.test.ts`,
    noticedBy: 'follow an operation as one change, which ends once',
  },

  // What the hub is asked.
  {
    name: 'repeat a write that failed',
    file: `${HUB}/HubCaller.ts`,
    line: 'return this.#inTurn(call, () => this.#signed(call, readObject<T>));',
    instead: 'return this.#repeated(call, readObject<T>);',
    test: `${HUB}/repeating.test.ts`,
    noticedBy: 'are no writes: those are never repeated',
  },
  {
    name: 'let dead clusters open the breaker of the hub',
    file: `${HUB}/HubCaller.ts`,
    line: 'return this.#transport.exchange(',
    instead:
      'return ((call, read) => this.#guard.run(() => this.#transport.exchange(call, read)))(',
    test: `${HUB}/repeating.test.ts`,
    noticedBy: 'never count live reads of clusters that do not answer',
  },

  // What leaves the backend.
  {
    name: 'log the token of a hub',
    file: `${BACKEND}/mirror/Mirrors.ts`,
    line: 'for (const { name, tls, fault } of config.hubs) {',
    instead:
      'logger.debug(JSON.stringify(config.hubs)); for (const { name, tls, fault } of config.hubs) {',
    test: `${BACKEND}/secrets.test.ts`,
    noticedBy: 'while it mirrors and is read',
  },
  {
    name: 'show marks that turn a text round',
    file: `${MIRROR}/values.ts`,
    line: "? toUSVString(value.slice(0, longest).replace(UNSEEN, ''))",
    instead: "? toUSVString(value.slice(0, longest).replaceAll('\\0', ''))",
    test: `${BACKEND}/hostile.attack.test.ts`,
    noticedBy: 'cut, and as JSON',
  },
  {
    name: 'follow every claim into every project',
    file: `${BACKEND}/mapping/claimsOf.ts`,
    line: 'owners.includes(owner) &&',
    instead: '',
    test: `${BACKEND}/routers/claims.attack.test.ts`,
    noticedBy: 'is shown what it may claim',
  },

  // What browsers are told.
  {
    name: 'tell of changes before other replicas answer with them',
    file: `${BACKEND}/mapping/ChangeSignals.ts`,
    line: 'const SETTLED_AFTER_MS = SEEN_WITHIN_MS + 50;',
    instead: 'const SETTLED_AFTER_MS = SEEN_WITHIN_MS - 150;',
    test: `${BACKEND}/mapping/ChangeSignals.test.ts`,
    noticedBy: 'tells of a change once every replica answers with it',
  },
  {
    name: 'pass over signals that come before the first answer',
    file: `${FRONTEND}/hooks/useEntityDeployments.ts`,
    line: 'return !data || changeKeys.includes(data.changeKey);',
    instead: 'return !!data && changeKeys.includes(data.changeKey);',
    test: `${FRONTEND}/hooks/useEntityDeployments.test.tsx`,
    noticedBy: 'asks again when a signal comes before the first answer',
  },

  // What the catalog keeps.
  {
    name: 'take every placement away at a restart',
    file: `${CATALOG}/placements/PlacementSnapshot.ts`,
    line: 'return before;',
    instead: 'return undefined;',
    test: `${CATALOG}/placements/PlacementSnapshot.test.ts`,
    noticedBy: 'repeats what was before until something is known',
  },
  {
    name: 'retire every cluster of a hub that lists none',
    file: `${CATALOG}/clusters/keepBack.ts`,
    line: 'if (read === 0) {',
    instead: 'if (false) {',
    test: `${CATALOG}/clusters/keepBack.test.ts`,
    noticedBy: 'never believes that there is none at all',
  },
  {
    name: 'give an entity to another cluster while both are there',
    file: `${CATALOG}/clusters/chooseEntities.ts`,
    line: 'return ours(isThere ? holder : rivals[0].cluster);',
    instead: 'return ours(rivals[0].cluster);',
    test: `${CATALOG}/clusters/chooseEntities.test.ts`,
    noticedBy: 'gives it to',
  },
];
