import { StringMap } from '../values';

/** What the tables of this folder's tests render with. */
export const parameters = {
  name: 'Prod_EU.1',
  nameNormalized: 'prod-eu.1',
  server: 'https://prod:6443',
  project: '',
  n: 3,
  f: 1.5,
  big: 1e21,
  small: 0.00001,
  zero: 0,
  t: true,
  no: false,
  nul: null,
  list: ['b', 'a', 1, null, true],
  empty: [],
  strs: ['x', 'y'],
  objs: [{ k: 'v1', n: 1 }, { k: 'v2' }],
  metadata: {
    labels: StringMap.of({
      env: 'prod',
      'deploy.agent': 'true',
      region: 'us-east',
      'a/b': 'c',
    }),
    annotations: StringMap.of({
      note: 'say "hi" <b> & \'x\'',
      multi: 'l1\nl2\n',
    }),
  },
  values: StringMap.of({ tier: 'gold', empty: '' }),
  deep: { a: { b: { c: 'd' } }, z: 'y', n: 2 },
  yaml: 'a: 1\nb:\n- x\n- y: true\n',
};
