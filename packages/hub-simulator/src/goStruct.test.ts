import { decodeStruct } from './goStruct';

const read = (spec: unknown) =>
  decodeStruct({ spec }, 'v1alpha1ApplicationSet');
const template = (spec: object) => ({ template: { spec } });

describe('JSON read into a struct of Go', () => {
  it('F1.1.1 keeps what the struct has and drops the rest, and nulls', () => {
    const spec = {
      goTemplate: null,
      colour: 'red',
      GENERATORS: [
        { list: { elements: [{ a: null, B: 1 }, 5, null], other: 1 } },
        null,
      ],
      strategy: { rollingSync: { steps: [{ maxUpdate: '50%' }, {}] } },
      template: {
        metadata: { labels: { a: null } },
        spec: { source: { helm: { valuesObject: { any: [1] } } } },
      },
    };
    expect(read(spec)).toEqual({
      spec: {
        generators: [{ list: { elements: [{ a: null, B: 1 }, 5, null] } }, {}],
        strategy: spec.strategy,
        template: {
          metadata: { labels: { a: '' } },
          spec: spec.template.spec,
        },
      },
    });
  });

  it.each([
    [
      template({ syncPolicy: { automated: { prune: '{{prune}}' } } }),
      'string into Go struct field SyncPolicyAutomated.spec.template.spec.syncPolicy.automated.prune of type bool',
    ],
    [
      template({ syncPolicy: { retry: { limit: '5' } } }),
      'string into Go struct field RetryStrategy.spec.template.spec.syncPolicy.retry.limit of type int64',
    ],
    [
      template({ revisionHistoryLimit: 1.5 }),
      'number 1.5 into Go struct field ApplicationSpec.spec.template.spec.revisionHistoryLimit of type int64',
    ],
    [
      template({ source: { helm: { valueFiles: [1] } } }),
      'number into Go struct field ApplicationSourceHelm.spec.template.spec.source.helm.valueFiles of type string',
    ],
    [
      template({ source: { helm: { parameters: ['a'] } } }),
      'string into Go struct field ApplicationSourceHelm.spec.template.spec.source.helm.parameters of type v1alpha1.HelmParameter',
    ],
    [
      template({ syncPolicy: { syncOptions: 'a' } }),
      'string into Go struct field SyncPolicy.spec.template.spec.syncPolicy.syncOptions of type v1alpha1.SyncOptions',
    ],
    [
      { template: { metadata: { labels: { a: 1 } } } },
      'number into Go struct field ApplicationSetTemplateMeta.spec.template.metadata.labels of type string',
    ],
    [
      { generators: [{ clusters: { values: [] } }] },
      'array into Go struct field ClusterGenerator.spec.generators.clusters.values of type map[string]string',
    ],
    [
      { strategy: { rollingSync: { steps: [{ maxUpdate: true }] } } },
      'bool into Go struct field ApplicationSetRolloutStep.spec.strategy.rollingSync.steps.maxUpdate of type int32',
    ],
  ])('F1.1.1 refuses the wrong type in %j', (spec, message) => {
    expect(() => read(spec)).toThrow(
      new Error(`json: cannot unmarshal ${message}`),
    );
  });

  it('F1.1.1 refuses a time that is none, and a value that is no struct', () => {
    const metadata = { creationTimestamp: 'today' };
    expect(() => decodeStruct({ metadata }, 'v1alpha1Application')).toThrow(
      'parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"',
    );
    expect(() => decodeStruct([], 'v1alpha1Application')).toThrow(
      'json: cannot unmarshal array into Go value of type v1alpha1.Application',
    );
  });
});
