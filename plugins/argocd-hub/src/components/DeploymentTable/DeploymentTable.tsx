import {
  Cell,
  Column,
  Row,
  TableBody,
  TableHeader,
  TablePagination,
  TableRoot,
} from '@backstage/ui';
import { useEffect, useState } from 'react';
import { useWords } from '../../hooks/useWords';
import { RelativeTime } from '../RelativeTime/RelativeTime';
import { ApplicationCell } from './ApplicationCell';
import { ClusterCell } from './ClusterCell';
import styles from './DeploymentTable.module.css';
import { HealthCell } from './HealthCell';
import { LinksCell } from './LinksCell';
import type { DeploymentRow } from './rows';
import { SyncCell } from './SyncCell';
import { VersionCell } from './VersionCell';

const PAGE_SIZE = 50;

const COLUMNS = ['health', 'sync', 'version', 'deployed', 'links'] as const;
/** What a row is called by. */
type HeaderId = 'cluster' | 'application';
type ColumnId = HeaderId | (typeof COLUMNS)[number];

export interface DeploymentTableProps {
  /** For screen readers. */
  label: string;
  header: HeaderId;
  /** Those that were read so far. */
  rows: DeploymentRow[];
  /** How many there are, by a count that may be a moment older than `rows`. */
  counted: number;
  /** Reads more of them; absent where there are no more. */
  onMore?: () => void;
  /** No colour: what is shown may have changed long ago. */
  muted: boolean;
}

const CellContent = (props: {
  column: ColumnId;
  row: DeploymentRow;
  muted: boolean;
}) => {
  const { column, row, muted } = props;
  switch (column) {
    case 'cluster':
      return <ClusterCell row={row} muted={muted} />;
    case 'application':
      return <ApplicationCell row={row} />;
    case 'health':
      return <HealthCell row={row} muted={muted} />;
    case 'sync':
      return <SyncCell row={row} muted={muted} />;
    case 'version':
      return <VersionCell row={row} />;
    case 'deployed':
      return <RelativeTime at={row.deployment.deployedAt} />;
    default:
      return <LinksCell row={row} />;
  }
};

/** Where the page begins that is shown, and how to get to another. */
function usePaging({ rows, onMore }: DeploymentTableProps) {
  const [wanted, setWanted] = useState(0);
  const lastRead = Math.floor(Math.max(rows.length - 1, 0) / PAGE_SIZE);
  // A page that is not read yet appears as soon as it is.
  const offset = Math.min(wanted, lastRead * PAGE_SIZE);
  const isReading = wanted + PAGE_SIZE > rows.length && onMore !== undefined;
  useEffect(() => {
    if (isReading) {
      onMore();
    }
  }, [isReading, onMore, rows.length]);
  return {
    offset,
    isReading,
    hasNext: offset + PAGE_SIZE < rows.length || onMore !== undefined,
    toNext: () => setWanted(offset + PAGE_SIZE),
    toPrevious: () => setWanted(Math.max(offset - PAGE_SIZE, 0)),
  };
}

/**
 * One row per deployment; below a certain width of the tab, one card. The rows
 * are paged here: an answer holds up to 500 of them, and more are read when
 * they are wanted.
 */
export const DeploymentTable = (props: DeploymentTableProps) => {
  const { label, header, rows, counted, muted } = props;
  const { t } = useWords();
  const total = props.onMore ? Math.max(counted, rows.length + 1) : rows.length;
  const { offset, isReading, hasNext, toNext, toPrevious } = usePaging(props);
  const columns = [header, ...COLUMNS].map(id => ({
    id,
    label: t(`table.${id}`),
  }));
  const pageLabel = t(isReading ? 'table.pageReading' : 'table.pageLabel', {
    from: String(offset + 1),
    to: String(Math.min(offset + PAGE_SIZE, rows.length)),
    total: String(total),
  });
  return (
    <div className={styles.wrap}>
      <TableRoot aria-label={label}>
        <TableHeader columns={columns}>
          {column => (
            <Column
              id={column.id}
              isRowHeader={column.id === header}
              className={styles[column.id]}
            >
              {column.label}
            </Column>
          )}
        </TableHeader>
        <TableBody
          items={rows.slice(offset, offset + PAGE_SIZE)}
          dependencies={[muted, columns[0].label]}
        >
          {row => (
            <Row id={row.id} columns={columns}>
              {column => (
                <Cell>
                  <div className={styles.label} aria-hidden="true">
                    {column.label}
                  </div>
                  <div className={styles.content}>
                    <CellContent column={column.id} row={row} muted={muted} />
                  </div>
                </Cell>
              )}
            </Row>
          )}
        </TableBody>
      </TableRoot>
      {total > PAGE_SIZE && (
        <TablePagination
          pageSize={PAGE_SIZE}
          showPageSizeOptions={false}
          offset={offset}
          totalCount={total}
          hasPreviousPage={offset > 0}
          hasNextPage={hasNext && !isReading}
          onPreviousPage={toPrevious}
          onNextPage={toNext}
          getLabel={() => pageLabel}
        />
      )}
    </div>
  );
};
