import { median } from '../measure/statistics';
import { cpuBeyond, cpuShare, type Watched } from '../processes/Watch';
import { amount, type Finding } from '../report/Finding';
import type { MappingMeasured, Reached } from './mapping';

const MB = 2 ** 20;
const PACE =
  'the catalog is read for 5 % of the time at most, and not within 10 s of the last time';

/** What the cost of mapping so many entities is. */
export function mappingFindings(
  { applications, entities }: { applications: number; entities: number },
  measured: MappingMeasured,
): Finding[] {
  const topic = `Mapping of ${count(entities)} entities to ${count(
    applications,
  )} applications`;
  return [
    ...ofFilling(measured),
    ofIdleMinutes(measured),
    ...ofChanges(measured),
  ].map(finding => ({ topic, ...finding }));
}

type Bare = Omit<Finding, 'topic'>;

function ofFilling({ idle, filling, mapped }: MappingMeasured): Bare[] {
  const { rss, stall } = filling;
  return [
    {
      what: 'from a filled catalog to placements of all',
      ...seconds(filling.placedMs),
      detail: `claims of all in the database after ${s(
        filling.storedMs,
      )}; ${PACE}`,
    },
    {
      what: 'CPU of that, beyond that of an idle process',
      ...seconds(cpuBeyond(filling, idle)),
      detail: cpuInWords(filling),
    },
    {
      what: 'growth of RSS by that, at its peak',
      value: (rss.peak - rss.before) / MB,
      unit: 'MB',
      detail: `${mb(rss.peak)} beside ${mb(rss.before)} before; ${mb(
        mapped.rss.after,
      )} a minute later`,
    },
    {
      what: 'longest stall of the event loop meanwhile',
      value: stall.longest,
      unit: 'ms',
      detail: `p99 ${ms(stall.p99)}; in the idle minute before ${ms(
        idle.stall.longest,
      )}, in the one after ${ms(mapped.stall.longest)}`,
    },
  ];
}

function ofIdleMinutes({ idle, mapped }: MappingMeasured): Bare {
  return {
    what: 'CPU of a minute in which nothing changes, beside one without entities',
    value: cpuShare(mapped) / cpuShare(idle),
    unit: 'x',
    detail: `${percent(mapped)} of a core to ${percent(
      idle,
    )}, the catalog's part of serving them included`,
  };
}

function ofChanges({ mapped, changing, changes }: MappingMeasured): Bare[] {
  const spread = (of: (one: Reached) => number) => {
    const all = changes.map(of);
    return `${s(median(all))}, longest ${s(Math.max(...all))}`;
  };
  return [
    {
      what: 'one changed entity: until placements say so, median',
      ...seconds(median(changes.map(({ placedMs }) => placedMs))),
      detail: `${
        changes.length
      } of them: in the database, where its page finds it, after ${spread(
        one => one.storedMs,
      )}; in placements after ${spread(one => one.placedMs)}`,
    },
    {
      what: 'CPU while one entity after the other changes, beside an idle minute',
      value: cpuShare(changing) / cpuShare(mapped),
      unit: 'x',
      detail: `${percent(changing)} of a core to ${percent(
        mapped,
      )}; ${cpuInWords(changing)}, for each of ${changes.length} changes ${s(
        cpuBeyond(changing, mapped) / changes.length,
      )} more than idle`,
    },
  ];
}

function cpuInWords({ cpuMs, tookMs }: Watched): string {
  return `${s(cpuMs)} of CPU in ${s(tookMs)}`;
}

function seconds(value: number): { value: number; unit: 's' } {
  return { value: value / 1000, unit: 's' };
}

function s(value: number): string {
  return amount(value / 1000, 's');
}

function ms(value: number): string {
  return amount(value, 'ms');
}

function mb(bytes: number): string {
  return `${(bytes / MB).toFixed(0)} MB`;
}

function percent(watched: Watched): string {
  return `${(cpuShare(watched) * 100).toFixed(1)} %`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
