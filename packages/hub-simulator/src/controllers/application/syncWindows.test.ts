import type { Application, AppProject, SyncWindow } from '../../types/argocd';
import { syncWindows } from './syncWindows';

/** a Wednesday */
const NOW = Date.parse('2026-03-11T12:30:00Z');
const HOUR = 3_600_000;
const deny: SyncWindow = {
  kind: 'deny',
  schedule: '0 12 * * *',
  duration: '1h',
  applications: ['*'],
};
const allow: SyncWindow = { ...deny, kind: 'allow' };
const closed: SyncWindow = { ...allow, schedule: '0 3 * * *' };

const app = {
  metadata: { name: 'shop-web', namespace: 'argocd' },
  spec: {
    project: 'default',
    destination: { server: 'https://edge.example.com', namespace: 'shop' },
  },
} as Application;

const judge = (windows: SyncWindow[], now = NOW) =>
  syncWindows(
    {
      metadata: { name: 'default' },
      spec: { syncWindows: windows },
    } as AppProject,
    app,
    now,
  );

describe('sync windows', () => {
  it.each<[string, SyncWindow[], boolean, boolean]>([
    ['none at all', [], true, true],
    ['one that denies', [deny], false, false],
    [
      'one that denies all but people',
      [{ ...deny, manualSync: true }],
      false,
      true,
    ],
    [
      'two that deny, of which one lets people through',
      [deny, { ...deny, manualSync: true }],
      false,
      false,
    ],
    ['one that allows', [allow], true, true],
    ['one that will allow', [closed], false, false],
    [
      'one that will allow, and people always',
      [{ ...closed, manualSync: true }],
      false,
      true,
    ],
    ['one that allows and one that denies', [allow, deny], false, false],
    [
      'one that denied before',
      [{ ...deny, schedule: '0 11 * * *' }],
      true,
      true,
    ],
    ['one of other days', [{ ...deny, schedule: '0 12 * * 0' }], true, true],
    ['one about others', [{ ...deny, applications: ['api-*'] }], true, true],
    [
      'one about the namespace',
      [{ ...deny, applications: [], namespaces: ['sh*'] }],
      false,
      false,
    ],
    [
      'one about the cluster',
      [{ ...deny, applications: [], clusters: ['https://edge*'] }],
      false,
      false,
    ],
    [
      'one of which only half is true',
      [{ ...deny, andOperator: true, namespaces: ['other'] }],
      true,
      true,
    ],
    [
      'one in another time zone',
      [{ ...deny, schedule: '0 21 * * *', timeZone: 'Asia/Tokyo' }],
      false,
      false,
    ],
  ])('F1.6.6 judges with %s', (_, windows, automated, manual) => {
    const { canSync } = judge(windows);
    expect([canSync({ isManual: false }), canSync({ isManual: true })]).toEqual(
      [automated, manual],
    );
  });

  it('F1.6.6 lists what is assigned and what is open', () => {
    const other = { ...deny, applications: ['api-*'] };
    const { assigned, active } = judge([deny, closed, other]);
    expect(assigned).toEqual([deny, closed]);
    expect(active).toEqual([deny]);
  });

  it('F1.6.6 lets what began before go on where the window says so', () => {
    const startedAt = NOW - HOUR;
    const options = { isManual: false, startedAt };
    expect(judge([deny]).canSync(options)).toBe(false);
    expect(judge([{ ...deny, syncOverrun: true }]).canSync(options)).toBe(true);
  });

  it.each([
    [
      { schedule: 'soon' },
      /^invalid sync windows: cannot parse schedule 'soon'/,
    ],
    [
      { duration: 'long' },
      /^invalid sync windows: cannot parse duration 'long': time: invalid duration "long"/,
    ],
  ])('F1.6.6 refuses %j', (fields, message) => {
    expect(() => judge([{ ...deny, ...fields }])).toThrow(message);
  });
});
