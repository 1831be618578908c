import { CONTROL_PLANE } from '../../state/names';
import { SetEvents } from './SetEvents';
import { SetWorld } from './__testUtils__/SetWorld';

const GOOD = 'All applications have been generated successfully';

describe('the status of a set', () => {
  let world: SetWorld;
  beforeEach(() => {
    world = new SetWorld();
  });
  afterEach(() => world.stop());

  it('F4.7 F10.3.7 tells what it made, without destinations', () => {
    world.addSet();
    world.reconcile();
    const { resources, resourcesCount, health } = world.set().status!;
    expect(world.conditions()).toEqual({
      ErrorOccurred: ['False', 'ApplicationSetUpToDate', GOOD],
      ParametersGenerated: [
        'True',
        'ParametersGenerated',
        'Successfully generated parameters for all Applications',
      ],
      ResourcesUpToDate: ['True', 'ApplicationSetUpToDate', GOOD],
    });
    expect(health).toEqual({ status: 'Healthy', message: GOOD });
    expect(resourcesCount).toBe(3);
    expect(resources![0]).toEqual({
      group: 'argoproj.io',
      version: 'v1alpha1',
      kind: 'Application',
      name: 'app-a',
      namespace: CONTROL_PLANE,
      health: {},
    });
    world.editApp('a', draft => {
      draft.status.sync.status = 'Synced';
      draft.status.health = { status: 'Healthy', lastTransitionTime: 'x' };
    });
    world.reconcile();
    expect(world.set().status!.resources![0]).toMatchObject({
      status: 'Synced',
      health: { status: 'Healthy' },
    });
  });

  it('F4.7 lists 5000 applications and counts all', () => {
    const elements = Array.from({ length: 5001 }, (_, at) => ({
      name: String(at).padStart(5, '0'),
      server: 'https://a',
    }));
    world.addSet({ generators: [{ list: { elements } }] });
    world.reconcile();
    const { resources, resourcesCount } = world.set().status!;
    expect([resources!.length, resourcesCount]).toEqual([5000, 5001]);
  });

  it('F4.4 tells only the last error and how many more there are', () => {
    world.addSet({
      generators: [
        {
          list: {
            elements: ['x', 'y', 'z', 'a'].map(name => ({
              name,
              server: `https://${name}`,
            })),
          },
        },
      ],
    });
    world.reconcile();
    const message =
      'application destination spec is invalid: error getting cluster by server "https://z": rpc error: code = NotFound desc = cluster "https://z" not found (and 2 more)';
    expect(world.conditions()).toMatchObject({
      ErrorOccurred: ['True', 'ApplicationValidationError', message],
      ParametersGenerated: ['True', 'ParametersGenerated', expect.anything()],
      ResourcesUpToDate: ['False', 'ErrorOccurred', message],
    });
    expect(world.set().status!.health).toEqual({ status: 'Degraded', message });
    expect(world.names()).toEqual(['app-a']);
  });

  it.each([
    [
      'ApplicationGenerationFromParamsError',
      { generators: [{ git: {} }] },
      'the generator git is not simulated',
    ],
    [
      'RenderTemplateParamsError',
      { goTemplate: true, templatePatch: '{{ .nope | foo }}' },
      'error replacing values in templatePatch: failed to parse template {{ .nope | foo }}: template: base:1: function "foo" not defined',
    ],
  ])('F4.7 gives the reason %s', (reason, spec, message) => {
    world.addSet();
    world.reconcile();
    world.editSet(draft => {
      Object.assign(draft.spec, spec);
      draft.spec.template.metadata.name = 'x';
      draft.spec.template.metadata.labels = {};
      draft.spec.template.spec.destination = { server: 'https://a' };
    });
    world.reconcile();
    expect(world.conditions()).toEqual({
      ErrorOccurred: ['True', reason, message],
      ParametersGenerated: ['False', 'ErrorOccurred', message],
      ResourcesUpToDate: ['False', 'ErrorOccurred', message],
    });
    // Nothing is deleted while it is not known what is wanted.
    expect(world.names()).toEqual(['app-a', 'app-b', 'app-c']);
  });

  it('F4.7 reports a name that Kubernetes refuses', () => {
    world.addSet();
    world.editSet(draft => {
      draft.spec.template.metadata.name = 'App_{{name}}';
    });
    world.reconcile();
    expect(world.conditions().ErrorOccurred).toEqual([
      'True',
      'UpdateApplicationError',
      expect.stringContaining(
        'Application.argoproj.io "App_a" is invalid: metadata.name: Invalid value: "App_a": a lowercase RFC 1123 subdomain',
      ),
    ]);
  });

  it('F1.7.1 leaves events about what it did', () => {
    world.addSet();
    world.reconcile();
    const [event] = SetEvents.of(world.state).list(world.set());
    expect(event).toMatchObject({
      reason: 'created',
      message: 'created Application "app-a"',
      source: { component: 'applicationset-controller' },
    });
  });
});
