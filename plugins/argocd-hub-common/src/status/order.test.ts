import type { Destination } from '../types';
import { compareDeployments, compareEnvironments } from './order';

const ORDER = ['dev', 'staging', 'prod', 'dr'];

describe('compareEnvironments', () => {
  it.each`
    given                                      | sorted
    ${['dr', 'dev', 'prod', 'staging']}        | ${['dev', 'staging', 'prod', 'dr']}
    ${['zoo', 'dr', 'perf', 'dev']}            | ${['dev', 'dr', 'perf', 'zoo']}
    ${['none', 'perf', 'dr']}                  | ${['dr', 'perf', 'none']}
    ${['none', 'none', 'Perf', 'perf', 'dev']} | ${['dev', 'Perf', 'perf', 'none', 'none']}
  `('sorts $given as $sorted', ({ given, sorted }) => {
    const environments = given.map((name: string) =>
      name === 'none' ? undefined : name,
    );
    // `Array.sort` puts undefined last by itself, so sort what holds them.
    const result = environments
      .map((environment?: string) => ({ environment }))
      .sort((a: { environment?: string }, b: { environment?: string }) =>
        compareEnvironments(ORDER)(a.environment, b.environment),
      )
      .map(
        ({ environment }: { environment?: string }) => environment ?? 'none',
      );
    expect(result).toEqual(sorted);
  });
});

describe('compareDeployments', () => {
  const row = (text: string) => {
    const [environment, cluster, namespace, name, hub = 'main'] =
      text.split(' ');
    const destination: Destination =
      cluster === '-'
        ? { namespace: 'a', problem: 'no-such-cluster', given: 'gone' }
        : { namespace: 'a', cluster };
    return {
      text,
      hub,
      namespace,
      name,
      destination,
      environment: environment === '-' ? undefined : environment,
    };
  };

  it('goes by environment, cluster, namespace, name and hub', () => {
    const sorted = [
      'staging w argocd agent',
      'prod east argocd agent',
      'prod east argocd worker eu',
      'prod east argocd worker us',
      'prod east team agent',
      'prod west argocd agent',
      'prod - argocd agent',
      'perf a argocd agent',
      '- a argocd agent',
      '- - argocd agent',
    ];
    const shuffled = [7, 2, 9, 0, 5, 3, 8, 1, 6, 4].map(i => row(sorted[i]));
    expect(
      shuffled.sort(compareDeployments(ORDER)).map(({ text }) => text),
    ).toEqual(sorted);
  });
});
