import { type ListBatch, ListPlan } from './ListPlan';

const sized = (sizes: Record<string, number>) => new Map(Object.entries(sizes));
const many = (count: number, each: number, name = 'team') =>
  new Map(
    Array.from({ length: count }, (_, at) => [`${name}-${at}`, each] as const),
  );
const projects = (batches: ListBatch[]) =>
  batches.flatMap(batch => batch.projects!);

const KNOWING = { knowsAll: true };

describe('ListPlan', () => {
  it.each`
    known     | whole
    ${0}      | ${true}
    ${5_000}  | ${true}
    ${5_001}  | ${false}
    ${50_000} | ${false}
  `('lists $known applications in one call: $whole', ({ known, whole }) => {
    expect(new ListPlan().mayListWhole(known)).toBe(whole);
  });

  it('lists every project once, at most 5,000 applications at a time', () => {
    const all = sized({
      huge: 9_000,
      large: 4_000,
      middle: 2_500,
      small: 900,
      empty: 0,
    });
    const batches = new ListPlan().batches(all);
    expect(projects(batches).sort()).toEqual([...all.keys()].sort());
    expect(batches).toEqual([
      { projects: ['huge'], known: 9_000 },
      { projects: ['large', 'small', 'empty'], known: 4_900 },
      { projects: ['middle'], known: 2_500 },
    ]);
  });

  it('keeps addresses short, however many projects there are', () => {
    const batches = new ListPlan().batches(many(2_000, 0, 'a-long-name'));
    expect(projects(batches)).toHaveLength(2_000);
    for (const batch of batches) {
      const query = new URLSearchParams(
        batch.projects!.map(name => ['projects', name]),
      );
      expect(`${query}`.length).toBeLessThan(4_100);
    }
  });

  it('halves what the hub refuses, and remembers it', () => {
    const plan = new ListPlan();
    const all = many(20, 200);
    const first = plan.refused({ known: 4_000 }, all, KNOWING);
    expect(first.map(({ known }) => known)).toEqual([2_000, 2_000]);
    const second = plan.refused(first[0], all, KNOWING);
    expect(second.map(({ known }) => known)).toEqual([1_000, 1_000]);
    expect(projects([...second, first[1]]).sort()).toEqual(
      [...all.keys()].sort(),
    );
    expect(plan.mayListWhole(4_000)).toBe(false);
    expect(plan.mayListWhole(10)).toBe(false);
    expect(plan.batches(all)).toHaveLength(4);
  });

  it('cuts projects apart of which nothing is known yet', () => {
    const plan = new ListPlan();
    const all = many(5, 0);
    const [whole] = plan.refused({ known: 0 }, all, KNOWING);
    expect(whole.projects).toHaveLength(5);
    const parts = plan.refused(whole, all, KNOWING);
    expect(parts.map(part => part.projects!.length).sort()).toEqual([2, 3]);
    // It says nothing of how many applications fit.
    expect(plan.batches(many(10, 500))).toHaveLength(1);
  });

  it('learns nothing from a refusal while it does not know everything', () => {
    const plan = new ListPlan();
    const all = many(20, 3);
    plan.refused({ known: 60 }, all, { knowsAll: false });
    expect(plan.batches(many(10, 500))).toHaveLength(1);
  });

  it('leaves out a project that is too large alone, and only that', () => {
    const plan = new ListPlan();
    const all = sized({ huge: 9_000, small: 10 });
    const [huge, rest] = plan.batches(all);
    expect(plan.refused(huge, all, KNOWING)).toEqual([]);
    expect(plan.tooLarge).toEqual(['huge']);
    expect(plan.batches(all)).toEqual([rest]);
    expect(plan.batches(many(10, 500))).toHaveLength(1);
  });

  it('never goes below 10 applications at a time', () => {
    const plan = new ListPlan();
    const all = many(40, 5);
    let batch: ListBatch = { known: 200 };
    for (let times = 0; times < 6; times++) {
      [batch] = plan.refused(batch, all, KNOWING);
    }
    expect(batch.known).toBeLessThan(10);
    const known = plan.batches(all).map(one => one.known);
    expect(new Set(known)).toEqual(new Set([10]));
  });

  it('tries larger lists again after thirty rounds that were all answered', () => {
    const plan = new ListPlan();
    const all = sized({ huge: 900, small: 100 });
    const [huge] = plan.refused({ known: 1_000 }, all, KNOWING);
    plan.refused(huge, all, KNOWING);
    const rounds = (count: number) => {
      for (let round = 0; round < count; round++) {
        plan.roundEnded();
      }
    };
    rounds(29);
    expect(plan.tooLarge).toEqual(['huge']);
    plan.refused({ projects: ['small', 'other'], known: 700 }, all, KNOWING);
    rounds(29);
    expect(plan.tooLarge).toEqual(['huge']);
    expect(plan.mayListWhole(700)).toBe(false);
    rounds(1);
    expect(plan.tooLarge).toEqual([]);
    expect(plan.mayListWhole(700)).toBe(true);
    expect(plan.mayListWhole(701)).toBe(false);
  });
});
