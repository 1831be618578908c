import type * as Client from '@kubernetes/client-node';
import { until } from '../testing/Fixture';
import { SpokeFixture } from './testing/SpokeFixture';

const PATH = '/api/v1/namespaces/default/configmaps';

describe('an informer of the official Kubernetes client', () => {
  let fixture: SpokeFixture;
  let k8s: typeof Client;
  let informer: Client.Informer<Client.V1ConfigMap>;
  let seen: string[];
  let restart: NodeJS.Timeout | undefined;
  let isOver: boolean;

  const make = (name: string) =>
    fixture.spoke.store.create('configmaps', {
      metadata: { name, namespace: 'default' },
    });
  const remove = (name: string) =>
    fixture.spoke.store.of('configmaps').delete(name, 'default');

  beforeEach(async () => {
    fixture = await SpokeFixture.start();
    k8s = await import('@kubernetes/client-node');
    const config = new k8s.KubeConfig();
    config.loadFromString(fixture.spoke.kubeconfig());
    const core = config.makeApiClient(k8s.CoreV1Api);
    seen = [];
    isOver = false;
    make('old');
    informer = k8s.makeInformer(config, PATH, () =>
      core.listNamespacedConfigMap({ namespace: 'default' }),
    );
    const note = (verb: string) => (object: Client.V1ConfigMap) => {
      seen.push(`${verb} ${object.metadata?.name}`);
    };
    informer.on('add', note('add'));
    informer.on('update', note('update'));
    informer.on('delete', note('delete'));
    informer.on('error', () => {
      // The client leaves it to its user to start again after an error.
      if (isOver) return;
      clearTimeout(restart);
      restart = setTimeout(() => void informer.start().catch(() => {}), 100);
    });
    await informer.start();
    await until(async () => seen.includes('add old'));
  });
  afterEach(async () => {
    isOver = true;
    clearTimeout(restart);
    await informer.stop();
    await fixture.stop();
  });

  it('goes on after its connection was cut', async () => {
    await fixture.spoke.break('refused');
    make('meanwhile');
    await fixture.spoke.heal();
    make('afterwards');
    await until(async () => seen.includes('add afterwards'));
    expect(seen.filter(each => each === 'add meanwhile')).toHaveLength(1);
    expect(seen).not.toContain('delete old');
  });

  it('lists anew when its version is forgotten', async () => {
    await fixture.spoke.break('refused');
    remove('old');
    for (let count = 0; count < 600; count += 1) {
      make('churn');
      remove('churn');
    }
    make('new');
    await fixture.spoke.heal();
    await until(async () => seen.includes('add new'));
    await until(async () => seen.includes('delete old'));
    expect(seen).not.toContain('add churn');
    make('later');
    await until(async () => seen.includes('add later'));
  });
});
