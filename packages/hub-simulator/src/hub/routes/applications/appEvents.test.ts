import { LIST, World } from './__testUtils__/World';

interface Event {
  reason: string;
  message: string;
  source: { component: string };
}

describe('events of an application itself', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
    world.add('other');
    world.add('web');
  });
  afterAll(() => world.stop());

  const read = async (query = '') => {
    const { body } = await world.call(`${LIST}/web/events${query}`);
    return body.items.map(({ reason, message, source }: Event) => [
      source.component.replace('argocd-', ''),
      reason,
      message,
    ]);
  };

  it('F1.6.5 has none for what nobody touched', async () => {
    expect(await read()).toEqual([]);
  });

  it('F1.6.5 tells what calls and the controller did, from the hub', async () => {
    await world.post(`${LIST}/web/sync`, {
      resources: [{ kind: 'Pod', name: 'p' }],
    });
    await world.post(`${LIST}/other/sync`);
    world.change('web', draft => {
      const operation = draft.operation!;
      delete draft.operation;
      draft.status.operationState = {
        operation,
        phase: 'Failed',
        message: 'one or more objects failed to apply, reason: no',
        startedAt: '2026-01-01T00:00:00Z',
        finishedAt: '2026-01-01T00:00:01Z',
        syncResult: { revision: 'abc' },
      };
    });
    world.change('web', draft => {
      draft.status.sync.status = 'OutOfSync';
      draft.status.health.status = 'Degraded';
    });
    world.change('web', draft => {
      draft.operation = {
        sync: { revision: 'def' },
        initiatedBy: { automated: true },
      };
      delete draft.status.operationState;
    });
    const controller = 'application-controller';
    const expected = [
      [
        'server',
        'OperationStarted',
        `tester initiated partial sync to main (${world.revision})`,
      ],
      [
        controller,
        'OperationCompleted',
        'Partial sync operation to abc failed: one or more objects failed to apply, reason: no',
      ],
      [
        controller,
        'ResourceUpdated',
        'Updated sync status: Synced -> OutOfSync',
      ],
      [
        controller,
        'ResourceUpdated',
        'Updated health status: Healthy -> Degraded',
      ],
      [controller, 'OperationStarted', "Initiated automated sync to 'def'"],
    ];
    expect(await read()).toEqual(expected);
    // A namespace alone does not make it a question about a resource.
    expect(await read('?resourceNamespace=web')).toEqual(expected);
  });

  it('F1.6.5 keeps the shape of a Kubernetes event list', async () => {
    const { body } = await world.call(`${LIST}/web/events`);
    expect(body.metadata.resourceVersion).toEqual(expect.any(String));
    expect(body.items[0]).toEqual({
      metadata: {
        name: expect.stringMatching(/^web\.[0-9a-f]+$/),
        namespace: 'argocd',
        uid: expect.any(String),
        resourceVersion: expect.any(String),
        creationTimestamp: expect.stringMatching(/Z$/),
        annotations: expect.objectContaining({ user: 'tester' }),
      },
      involvedObject: {
        kind: 'Application',
        namespace: 'argocd',
        name: 'web',
        uid: world.app('web').metadata.uid,
        apiVersion: 'argoproj.io/v1alpha1',
        resourceVersion: expect.any(String),
      },
      reason: 'OperationStarted',
      message: expect.any(String),
      source: { component: 'argocd-server' },
      firstTimestamp: expect.stringMatching(/Z$/),
      lastTimestamp: expect.stringMatching(/Z$/),
      eventTime: null,
      count: 1,
      type: 'Normal',
    });
  });
});
