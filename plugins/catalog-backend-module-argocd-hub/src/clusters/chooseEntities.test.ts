import type { Entity } from '@backstage/catalog-model';
import { chooseEntities } from './chooseEntities';

const REF = 'resource:default/prod';

function candidate(cluster: string) {
  const entity: Entity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: { name: 'prod', namespace: 'default', title: cluster },
  };
  return { cluster, entity };
}

const conflict = (...clusters: string[]) => [
  {
    entityRef: REF,
    clusters: clusters.map(text => {
      const [hub, name] = text.split('/');
      return { hub, name };
    }),
  },
];

describe('chooseEntities', () => {
  it.each([
    { what: 'nobody else', chosen: 'Prod', left: ['prod'] },
    {
      what: 'who has it already',
      held: 'prod',
      chosen: 'prod',
      left: ['Prod'],
    },
    {
      what: 'a cluster that is gone',
      held: 'old',
      chosen: 'Prod',
      left: ['prod'],
    },
    {
      what: 'a hub that comes first',
      conflicts: conflict('edge/prod', 'main/Prod'),
      chosen: undefined,
      left: ['Prod', 'prod'],
    },
    {
      what: 'a hub that comes later',
      conflicts: conflict('main/Prod', 'other/prod'),
      chosen: 'Prod',
      left: ['prod'],
    },
    {
      what: 'a hub that comes first, but has it not',
      held: 'prod',
      conflicts: conflict('edge/prod', 'main/prod'),
      chosen: 'prod',
      left: ['Prod'],
    },
    {
      what: 'somebody else',
      ofOthers: 'url:https://example.com',
      chosen: undefined,
      left: ['Prod', 'prod'],
    },
  ])(
    'beside $what gives it to $chosen',
    ({ held, conflicts = [], ofOthers, chosen, left }) => {
      const result = chooseEntities({
        hub: 'main',
        candidates: [candidate('Prod'), candidate('prod')],
        conflicts,
        held: held ? [{ entityRef: REF, cluster: held, server: '' }] : [],
        ofOthers: new Map(ofOthers ? [[REF, ofOthers]] : []),
      });
      expect(result.chosen.map(({ metadata }) => metadata.title)).toEqual(
        chosen ? [chosen] : [],
      );
      expect(result.leftOut.map(({ cluster }) => cluster)).toEqual(left);
    },
  );
});
