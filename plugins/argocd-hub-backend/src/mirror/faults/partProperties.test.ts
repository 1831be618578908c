import fc from 'fast-check';
import type { ApplicationEvent } from '../../hub/types';
import { applicationRecord } from '../../testing/records';
import { type Batch, WriteBatcher } from '../WriteBatcher';
import { BurstWatch } from '../BurstWatch';

const event = (type: string, name: string) =>
  ({
    type,
    application: { metadata: { namespace: 'argocd', name } },
  } as ApplicationEvent);

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');

describe('BurstWatch', () => {
  const events = fc.array(
    fc.record({
      type: fc.constantFrom('ADDED', 'ADDED', 'ADDED', 'MODIFIED', 'DELETED'),
      name,
    }),
    { maxLength: 12 },
  );
  const ordered = fc
    .uniqueArray(name)
    .map(names => names.sort().map(one => ({ type: 'ADDED', name: one })));

  it('takes exactly what is added in order at the begin for the burst', () => {
    fc.assert(
      fc.property(ordered, events, (burst, rest) => {
        const all = [...burst, ...rest];
        const end = all.findIndex(
          (one, index) =>
            one.type !== 'ADDED' ||
            (index > 0 && one.name <= all[index - 1].name),
        );
        let ended = 0;
        const watch = new BurstWatch({
          patienceMs: 60_000,
          quietMs: 5_000,
          onEnd: () => {
            ended += 1;
          },
        });
        const seen = all.map(one => {
          const belongs = watch.see(event(one.type, one.name));
          watch.handled();
          return belongs;
        });
        watch.stop();
        expect(seen).toEqual(all.map((_, index) => end < 0 || index < end));
        expect(ended).toBe(end < 0 ? 0 : 1);
      }),
    );
  });
});

describe('WriteBatcher', () => {
  const changes = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ put: name }) },
      { weight: 2, arbitrary: fc.record({ remove: name }) },
      { weight: 1, arbitrary: fc.constant({ flush: true }) },
    ),
    { maxLength: 30 },
  );

  it('writes the last change of each application, in batches that follow each other', async () => {
    await fc.assert(
      fc.asyncProperty(changes, async all => {
        const batches: Batch[] = [];
        let writing = 0;
        const batcher = new WriteBatcher(async batch => {
          writing += 1;
          expect(writing).toBe(1);
          await Promise.resolve();
          batches.push(batch);
          writing -= 1;
        });
        const wanted = new Map<string, string>();
        for (const [index, change] of all.entries()) {
          if ('put' in change) {
            const uid = String(index);
            await batcher.add(applicationRecord(change.put, { uid }));
            wanted.set(change.put, uid);
          } else if ('remove' in change) {
            const { hub, namespace } = applicationRecord(change.remove);
            await batcher.add({ hub, namespace, name: change.remove });
            wanted.set(change.remove, 'gone');
          } else {
            void batcher.flush();
          }
        }
        await batcher.flush();
        const written = new Map<string, string>();
        for (const { upserts, removals } of batches) {
          const names = [...upserts, ...removals].map(one => one.name);
          expect(new Set(names).size).toBe(names.length);
          upserts.forEach(one => written.set(one.name, one.uid!));
          removals.forEach(one => written.set(one.name, 'gone'));
        }
        expect(written).toEqual(wanted);
      }),
    );
  });
});
