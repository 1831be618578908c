import { Clock } from '../clock';
import { EMPTY_STATUS } from '../controllers/application/status';
import type { Application } from '../types/argocd';
import type { OwnerReference } from '../types/kubernetes';
import { HubState } from './HubState';

interface Manager {
  manager: string;
  fieldsV1: Record<string, Record<string, unknown>>;
}

const SET: OwnerReference = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'ApplicationSet',
  name: 'set',
  uid: 'u',
};

describe('the managed fields of applications', () => {
  const state = new HubState(new Clock());
  const create = (name: string, ownerReferences?: OwnerReference[]) => {
    const app: Application = {
      metadata: { name, namespace: 'argocd', ownerReferences },
      spec: { destination: { server: 'https://a' }, project: 'default' },
      status: EMPTY_STATUS,
    };
    state.applications.create(app);
  };
  const managers = (name: string) =>
    state.applications.get(name, 'argocd')!.metadata.managedFields as Manager[];

  it('F1.4.2 name who made an application, and what of it', () => {
    create('plain');
    create('generated', [SET]);
    expect(managers('plain')).toEqual([
      expect.objectContaining({
        manager: 'kubectl-create',
        fieldsType: 'FieldsV1',
        fieldsV1: expect.objectContaining({
          'f:spec': {
            '.': {},
            'f:destination': { '.': {}, 'f:server': {} },
            'f:project': {},
          },
        }),
      }),
    ]);
    expect(managers('generated')[0].manager).toBe(
      'argocd-applicationset-controller',
    );
  });

  it('F1.4.2 name the controller once it has written a status', () => {
    create('reconciled');
    for (const reconciledAt of [
      '2026-01-01T00:00:00Z',
      '2026-01-02T00:00:00Z',
    ]) {
      state.applications.update('reconciled', 'argocd', draft => {
        draft.status.reconciledAt = reconciledAt;
      });
    }
    expect(managers('reconciled').map(({ manager }) => manager)).toEqual([
      'kubectl-create',
      'argocd-application-controller',
    ]);
    expect(managers('reconciled')[1].fieldsV1['f:status']).toHaveProperty([
      'f:reconciledAt',
    ]);
  });
});
