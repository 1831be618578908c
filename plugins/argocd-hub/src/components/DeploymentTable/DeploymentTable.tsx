import {
  Cell,
  Column,
  Row,
  TableBody,
  TableHeader,
  TablePagination,
  TableRoot,
  Text,
} from '@backstage/ui';
import type { EntityDeployments } from 'backstage-plugin-argocd-hub-common';
import { useMemo, useState } from 'react';
import { useWords } from '../../hooks/useWords';
import { RelativeTime } from '../RelativeTime/RelativeTime';
import { ClusterCell } from './ClusterCell';
import styles from './DeploymentTable.module.css';
import { HealthCell } from './HealthCell';
import { LinksCell } from './LinksCell';
import { deploymentRows, type DeploymentRow } from './rows';
import { SyncCell } from './SyncCell';
import { VersionCell } from './VersionCell';

const PAGE_SIZE = 50;

const COLUMNS = [
  'cluster',
  'health',
  'sync',
  'version',
  'deployed',
  'links',
] as const;
type ColumnId = (typeof COLUMNS)[number];

export interface DeploymentTableProps {
  name: string;
  data: EntityDeployments;
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

/**
 * One row per deployment; below a certain width of the tab, one card. The rows
 * are paged here: the answer holds up to 500 of them.
 */
export const DeploymentTable = (props: DeploymentTableProps) => {
  const { name, data, muted } = props;
  const { t } = useWords();
  const rows = useMemo(() => deploymentRows(data), [data]);
  const [wanted, setOffset] = useState(0);
  const offset = wanted < rows.length ? wanted : 0;
  const columns = COLUMNS.map(id => ({ id, label: t(`table.${id}`) }));
  return (
    <div className={styles.wrap}>
      <TableRoot aria-label={t('table.label', { name })}>
        <TableHeader columns={columns}>
          {column => (
            <Column
              id={column.id}
              isRowHeader={column.id === 'cluster'}
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
      {rows.length > PAGE_SIZE && (
        <TablePagination
          pageSize={PAGE_SIZE}
          showPageSizeOptions={false}
          offset={offset}
          totalCount={rows.length}
          hasPreviousPage={offset > 0}
          hasNextPage={offset + PAGE_SIZE < rows.length}
          onPreviousPage={() => setOffset(offset - PAGE_SIZE)}
          onNextPage={() => setOffset(offset + PAGE_SIZE)}
          getLabel={() =>
            t('table.pageLabel', {
              from: String(offset + 1),
              to: String(Math.min(offset + PAGE_SIZE, rows.length)),
              total: String(rows.length),
            })
          }
        />
      )}
      {data.nextCursor && (
        <Text as="p" variant="body-small">
          {t('table.cut', {
            shown: String(rows.length),
            total: String(data.rollup.deployments),
          })}
        </Text>
      )}
    </div>
  );
};
