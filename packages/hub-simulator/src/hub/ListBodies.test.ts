import { Clock } from '../clock';
import { EMPTY_STATUS } from '../controllers/application/status';
import { ArgoVersion } from '../state/ArgoVersion';
import { HubState } from '../state/HubState';
import type { Application } from '../types/argocd';
import { ListFields } from './listFields';

const COUNT = 600;

function application(index: number): Application {
  const name = `app-${String(index).padStart(4, '0')}`;
  return {
    metadata: { name, namespace: 'argocd' },
    spec: { destination: {}, project: 'default' },
    status: EMPTY_STATUS,
  };
}

describe('ListBodies', () => {
  let state: HubState;
  let parses: jest.SpyInstance;
  const fields = ListFields.parse(
    'items.metadata.name,items.status.health',
    ArgoVersion.of('3.5'),
  );
  const bulky = ListFields.parse(
    'items.metadata.name,items.status.resources',
    ArgoVersion.of('3.5'),
  );
  beforeEach(() => {
    state = new HubState(new Clock(), { packed: true });
    for (let index = 0; index < COUNT; index += 1) {
      state.applications.create(application(index));
    }
    parses = jest.spyOn(JSON, 'parse');
  });
  afterEach(() => parses.mockRestore());

  const join = async (wanted = fields) => {
    const pieces = await state.listBodies.join(
      state.applications.entries(),
      wanted,
    );
    return { pieces, text: `[${Buffer.concat(pieces)}]` };
  };
  const degrade = (name: string) =>
    state.applications.update(name, 'argocd', draft => {
      draft.status.health = { status: 'Degraded' };
    });

  it('joins every item in order, in few pieces', async () => {
    const { pieces, text } = await join();
    const items = JSON.parse(text);
    expect(items).toHaveLength(COUNT);
    expect(items[599]).toEqual({
      metadata: { name: 'app-0599' },
      status: { health: {} },
    });
    expect(pieces).toHaveLength(3);
  });

  it('keeps the pieces in which nothing has changed', async () => {
    const before = await join();
    degrade('app-0300');
    const after = await join();
    expect(after.pieces[1]).not.toBe(before.pieces[1]);
    expect(after.pieces[2]).toBe(before.pieces[2]);
    expect(JSON.parse(after.text)[300].status.health.status).toBe('Degraded');
  });

  it('follows what comes and goes', async () => {
    await join();
    state.applications.delete('app-0000', 'argocd');
    state.applications.create(application(COUNT));
    const items = JSON.parse((await join()).text);
    expect(items).toHaveLength(COUNT);
    expect(items[0].metadata.name).toBe('app-0001');
    expect(items[599].metadata.name).toBe(`app-0${COUNT}`);
  });

  it('parses nothing on a warm list, not even after a change', async () => {
    await join();
    degrade('app-0001');
    parses.mockClear();
    await join();
    await join();
    expect(parses).not.toHaveBeenCalled();
  });

  it('needs no whole application unless something bulky is asked for', async () => {
    await join();
    const texts = () => parses.mock.calls.map(([text]) => String(text));
    const whole = () => texts().filter(text => text.includes('comparedTo'));
    expect(whole()).toEqual([]);
    parses.mockClear();
    const { text } = await join(bulky);
    expect(JSON.parse(text)[0]).toEqual({ metadata: { name: 'app-0000' } });
  });

  it('forgets the field lists that were used longest ago', async () => {
    await join();
    const [first] = state.applications.entries();
    const forget = jest.spyOn(first, 'forget');
    for (const name of [
      'spec',
      'metadata.labels',
      'status.summary',
      'operation.sync',
    ]) {
      await join(ListFields.parse(`items.${name}`, ArgoVersion.of('3.5')));
    }
    expect(forget).toHaveBeenCalledWith(fields.key);
    expect(JSON.parse((await join()).text)).toHaveLength(COUNT);
  });
});
