import { clusterKey, type ClusterRecord } from '../ClusterStore';
import { type ClusterRow, fromClusterRow } from './clusterRows';

/**
 * Clusters as last read. A heartbeat changes one of hundreds: those whose row
 * is the same need not be parsed again. Records are shared and never changed.
 */
export class ParsedClusters {
  #last = new Map<string, { row: ClusterRow; record: ClusterRecord }>();

  /** @param rows - of all clusters; others are forgotten */
  of(rows: ClusterRow[]): ClusterRecord[] {
    const parsed = rows.map(row => {
      const last = this.#last.get(clusterKey(row));
      return last && isSame(last.row, row)
        ? last
        : { row, record: fromClusterRow(row) };
    });
    this.#last = new Map(parsed.map(one => [clusterKey(one.row), one]));
    return parsed.map(({ record }) => record);
  }
}

function isSame(one: ClusterRow, other: ClusterRow): boolean {
  return (Object.keys(other) as (keyof ClusterRow)[]).every(
    column => one[column] === other[column],
  );
}
