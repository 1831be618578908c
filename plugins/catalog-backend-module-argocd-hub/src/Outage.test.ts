import { mockServices } from '@backstage/backend-test-utils';
import { Outage } from './Outage';

const works = async () => {};
const fails = async () => {
  throw new Error('away');
};

function setUp() {
  const logger = mockServices.logger.mock();
  const outage = new Outage(logger, 'Reading');
  const said = () =>
    [...logger.warn.mock.calls, ...logger.info.mock.calls].map(([it]) => it);
  return { outage, said };
}

describe('Outage', () => {
  it('does not speak of one failure: at a start others may not be ready', async () => {
    const { outage, said } = setUp();
    await outage.watch(fails);
    await outage.watch(works);
    expect(said()).toEqual([]);
  });

  it('says once that something keeps failing, and once that it works again', async () => {
    const { outage, said } = setUp();
    for (let times = 0; times < 5; times++) await outage.watch(fails);
    for (let times = 0; times < 5; times++) await outage.watch(works);
    expect(said()).toEqual([
      'Reading failed: Error: away',
      'Reading works again',
    ]);
  });
});
