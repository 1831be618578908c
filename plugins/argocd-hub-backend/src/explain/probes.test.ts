import { agentClaims, CONFIG } from './__testUtils__/evidence';
import { probesOf } from './probes';
import type { ApplicationSelection } from '../store/ApplicationStore';

const byLikeness = probesOf(agentClaims(), CONFIG).length;

function ofClaims(annotations: Record<string, string>): ApplicationSelection[] {
  return probesOf(agentClaims(annotations), CONFIG).slice(0, -byLikeness);
}

describe('what is looked for', () => {
  it('is what is called as the entity, and never everything', () => {
    const selections = probesOf(agentClaims(), CONFIG);
    expect(selections).toContainEqual({
      match: { kind: 'name', name: 'agent' },
    });
    expect(selections).toContainEqual({
      match: { kind: 'application-set', name: 'agent' },
    });
    expect(
      selections.filter(
        ({ match }) => match.kind === 'labels' && match.terms.length === 0,
      ),
    ).toEqual([]);
  });

  it('is a name without what narrows it, and a set of that name', () => {
    expect(
      ofClaims({ 'argocd/app-name': 'x', 'argocd/app-namespace': 'y' }),
    ).toEqual([
      { match: { kind: 'name', name: 'x' } },
      { match: { kind: 'application-set', name: 'x' } },
    ]);
    expect(ofClaims({ 'argocd-hub/applicationset': 'x' })).toEqual([
      { match: { kind: 'name', name: 'x' } },
    ]);
  });

  it('is what fails exactly one term, as long as another one narrows', () => {
    expect(ofClaims({ 'argocd/app-selector': 'a=1,b!=2,!c' })).toEqual([
      terms({ key: 'a', operator: 'in', values: ['1'] }, [
        { key: 'c', operator: 'not-exists' },
        { key: 'b', operator: 'in', values: ['2'] },
      ]),
      terms({ key: 'a', operator: 'in', values: ['1'] }, [
        { key: 'b', operator: 'notin', values: ['2'] },
        { key: 'c', operator: 'exists' },
      ]),
    ]);
    expect(ofClaims({ 'argocd/app-selector': 'a=1' })).toEqual([]);
  });

  it('is not all of every project', () => {
    expect(
      ofClaims({ 'argocd/project-name': 'x', 'argocd/instance-name': 'y' }),
    ).toEqual([]);
  });

  it('is not more than a database bears', () => {
    const selector = Array.from({ length: 20 }, (_, i) => `k${i}=v`).join();
    expect(
      ofClaims({
        'argocd/app-selector': selector,
        'argocd/app-namespace': 'x',
        'argocd/app-name': 'y',
      }),
    ).toHaveLength(20);
  });
});

function terms(first: object, others: object[]) {
  return { match: { kind: 'labels', terms: [first, ...others] } };
}
