import type { GeneratedApplication } from '../../types/applicationset';
import { applyTemplatePatch } from './templatePatch';

const app: GeneratedApplication = {
  metadata: {
    name: 'a',
    labels: { x: '1' },
    finalizers: ['resources-finalizer.argocd.argoproj.io'],
  },
  spec: {
    project: 'default',
    destination: { server: 'https://s' },
    sources: [
      { repoURL: 'r1', path: 'p1' },
      { repoURL: 'r2', path: 'p2' },
    ],
    syncPolicy: { automated: { prune: true }, syncOptions: ['A=true'] },
  },
};

describe('templatePatch', () => {
  it('F4.1 merges YAML, replaces lists and removes what is null', () => {
    const patched = applyTemplatePatch(
      app,
      [
        'metadata:',
        '  labels: { w: "2" }',
        'spec:',
        '  sources: [{ repoURL: r3 }]',
        '  syncPolicy:',
        '    automated: { selfHeal: true, prune: null }',
      ].join('\n'),
    );
    expect(patched.metadata.labels).toEqual({ x: '1', w: '2' });
    expect(patched.spec.sources).toEqual([{ repoURL: 'r3' }]);
    expect(patched.spec.syncPolicy).toEqual({
      automated: { selfHeal: true },
      syncOptions: ['A=true'],
    });
  });

  it('F4.1 takes JSON too and never changes the project', () => {
    const patched = applyTemplatePatch(
      app,
      '{"spec":{"project":"other","destination":{"namespace":"n"}}}',
    );
    expect(patched.spec.project).toBe('default');
    expect(patched.spec.destination).toEqual({
      server: 'https://s',
      namespace: 'n',
    });
  });

  it('F4.1 adds finalizers instead of replacing them', () => {
    const patched = applyTemplatePatch(app, 'metadata: { finalizers: [x] }');
    expect(patched.metadata.finalizers).toEqual([
      'resources-finalizer.argocd.argoproj.io',
      'x',
    ]);
  });

  it('F1.1.1 adds no field that applications do not have', () => {
    const patched = applyTemplatePatch(
      app,
      'spec: { colour: red, source: { path: p, shade: dark } }',
    );
    expect(patched.spec).toEqual({ ...app.spec, source: { path: 'p' } });
  });

  it('F4.1 does nothing when it renders to nothing', () => {
    expect(applyTemplatePatch(app, '\n')).toEqual(app);
  });

  it.each([
    ['- a', 'invalid templatePatch "[\\"a\\"]": json: cannot unmarshal array'],
    ['{"a"', 'invalid templatePatch "{\\"a\\""'],
    ['a: [', 'error while converting template to json "a: ["'],
    [
      'spec: 5',
      'invalid templatePatch "{\\"spec\\":5}": json: cannot unmarshal number into Go struct field Application.spec of type v1alpha1.ApplicationSpec',
    ],
    [
      'spec: { syncPolicy: { automated: { prune: "yes" } } }',
      'json: cannot unmarshal string into Go struct field SyncPolicyAutomated.spec.syncPolicy.automated.prune of type bool',
    ],
  ])('F4.1 says what is wrong with %j', (patch, message) => {
    expect(() => applyTemplatePatch(app, patch)).toThrow(message);
  });
});
