import { CASES, type Plan, planOf, UsageError } from './plan';

/** The hubs of a plan and its cases there, in one line each. */
function inWords({ hubs, others }: Plan): string[] {
  return [
    ...hubs.map(
      ({ size, cases }) => `${size.applications}: ${[...cases].join(' ')}`,
    ),
    ...others,
  ];
}

const everywhere = 'cold-start page-views hub-calls routes lists';

describe('planOf', () => {
  it.each([
    {
      what: 'everything, what is dear only where it says something',
      options: { quick: false },
      plan: [
        `200: ${everywhere} changes idle`,
        `1000: ${everywhere} changes idle permissions`,
        `5000: ${everywhere} changes idle permissions`,
        `50000: ${everywhere} changes growth idle permissions mapping`,
        'catalog',
        'live',
      ],
    },
    {
      what: 'a quick run',
      options: { quick: true },
      plan: [`200: ${everywhere}`, `5000: ${everywhere} changes idle`],
    },
    {
      what: 'one hub, and open pages have another',
      options: { quick: false, sizes: '5000' },
      plan: [`5000: ${everywhere} changes idle permissions`, 'catalog'],
    },
    {
      what: 'named cases where a full run has them',
      options: { quick: false, only: 'mapping,permissions' },
      plan: [
        '1000: permissions',
        '5000: permissions',
        '50000: permissions mapping',
      ],
    },
    {
      what: 'named cases on named hubs, also where no run has them',
      options: { quick: false, only: 'mapping,growth', sizes: '200, 1000' },
      plan: ['200: growth mapping', '1000: growth mapping'],
    },
    {
      what: 'the same in a quick run',
      options: { quick: true, only: 'mapping', sizes: '1000' },
      plan: ['1000: mapping'],
    },
    {
      what: 'cases that have no size',
      options: { quick: true, only: 'live,catalog', sizes: '5000' },
      plan: ['catalog', 'live'],
    },
  ])('has $what', ({ options, plan }) => {
    expect(inWords(planOf(options))).toEqual(plan);
  });

  it.each([
    { options: { quick: false }, isPartial: false },
    { options: { quick: true }, isPartial: false },
    { options: { quick: false, sizes: '5000' }, isPartial: true },
    { options: { quick: false, only: 'live' }, isPartial: true },
    { options: { quick: false, only: CASES.join() }, isPartial: true },
  ])('$options is partial: $isPartial', ({ options, isPartial }) => {
    expect(planOf(options).isPartial).toBe(isPartial);
  });

  it.each([
    {
      options: { quick: false, only: 'mapping,maping,permission' },
      message: `--only takes some of ${CASES.join()}, not maping, permission`,
    },
    {
      options: { quick: false, only: ',' },
      message: `--only takes some of ${CASES.join()}`,
    },
    {
      options: { quick: false, sizes: '5000,7' },
      message: '--sizes takes some of 200,1000,5000,50000, not 7',
    },
    {
      options: { quick: true, only: 'routes,mapping' },
      message:
        'mapping is no part of a quick run: name the hubs for it with --sizes',
    },
  ])('refuses $options', ({ options, message }) => {
    expect(() => planOf(options)).toThrow(new UsageError(message));
  });
});
