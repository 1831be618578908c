import { nameOfUnreadable, trimCluster } from './trimCluster';
import { trimApplicationSet } from './trimApplicationSet';
import { trimProject } from './trimProject';
import { messageForPeople } from './messageForPeople';
import { address, prose } from './prose';
import { hubWords } from '../hub/hubWords';
import { trim } from './trim';

const TOKEN = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
const LOGIN = `https://oauth2:${TOKEN}@git.example/a`;
const metadata = { name: 'agent', namespace: 'argocd' };

/** Every way to put the login where a text of so many characters is cut. */
const around = (cut: number) =>
  Array.from(
    { length: LOGIN.length + 4 },
    (_, before) => `${'x '.repeat(cut)}`.slice(0, cut - before) + LOGIN,
  );

const kept: [string, number, (told: string) => unknown][] = [
  [
    'a condition',
    2_000,
    message =>
      trim({ metadata, status: { conditions: [{ message }] } } as never, {
        hub: 'main',
        annotations: [],
      }),
  ],
  [
    'an operation',
    2_000,
    message =>
      trim(
        {
          metadata,
          status: {
            operationState: {
              phase: 'Failed',
              startedAt: '2026-01-01T00:00:00Z',
              message,
            },
          },
        } as never,
        { hub: 'main', annotations: [] },
      ),
  ],
  [
    'a condition of an ApplicationSet',
    1_000,
    message =>
      trimApplicationSet(
        { metadata, status: { conditions: [{ message }] } } as never,
        { hub: 'main' },
      ),
  ],
  [
    'the connection of a cluster',
    10_000,
    message =>
      trimCluster({
        server: 'https://a',
        info: { connectionState: { message } },
      } as never),
  ],
  ['a commit', 1_000, message => prose(message, 1_000)],
  ['what is read of a text', 64 * 1024, message => prose(message, 70_000)],
  ['words of a hub', 2_000, message => hubWords([])(message)],
  ['a message for people', 300, messageForPeople],
  ['what is read for people', 2_000, messageForPeople],
];

describe('a text that is cut', () => {
  it.each(kept)('holds no half of a login: %s', (_what, cut, keep) => {
    for (const told of around(cut)) {
      expect(JSON.stringify(keep(told))).not.toMatch(/ghp|oauth2/);
    }
  });

  it.each(kept.filter(([what]) => !/commit|read/.test(what)))(
    'holds no parameters of Helm: %s',
    (_what, _cut, keep) => {
      const command = 'helm template . --set db.password=hunter2 --x` failed';
      expect(JSON.stringify(keep(`\`${command}`))).toContain('--x` failed');
      expect(JSON.stringify(keep(command))).not.toContain('hunter2');
    },
  );

  it('says so, and keeps what it may', () => {
    expect(prose('a b', 3)).toBe('a b');
    expect(prose('a b c', 3)).toBe('a …');
    expect(prose(`${LOGIN} x`, 30)).toBe('https://git.example/a x');
    expect(prose(7, 30)).toBeUndefined();
    expect(prose('x'.repeat(100_000), 3)).toBe('xx…');
  });
});

describe('an address that is cut', () => {
  const long = `https://${'x'.repeat(2_000)}@git.example/a`;
  const deep = `https://git.example/${'x/'.repeat(2_000)}`;

  it('loses its login before', () => {
    expect(address(long)).toBe('https://git.example/a');
    expect(address(deep)).toBe(deep.slice(0, 1_000));
    expect(nameOfUnreadable({ name: long })).toBe('https://git.example/a');
    const application = {
      metadata,
      spec: {
        source: { repoURL: long },
        destination: { name: long, server: long },
      },
    };
    const project = {
      metadata,
      spec: { destinations: [{ name: long, server: long }] },
    };
    const told = [
      trim(application as never, { hub: 'main', annotations: [] }),
      trimProject(project as never, { hub: 'main' }),
    ];
    expect(JSON.stringify(told)).not.toContain('xx');
    expect(JSON.stringify(told).match(/git\.example/g)).toHaveLength(5);
  });
});
