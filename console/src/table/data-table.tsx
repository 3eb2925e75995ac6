import { Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconArrowsSort } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useRef } from "react";
import classes from "./data-table.module.css";

export interface Column<Row> {
  readonly id: string;
  readonly head: string;
  /** CSS, such as "12rem" or "minmax(10rem, 2fr)". Widths do not follow the content, so that nothing moves as one scrolls. */
  readonly width: string;
  readonly cell: (row: Row) => ReactNode;
  readonly sortable?: boolean;
}

export interface Sort {
  readonly by: string;
  readonly descending: boolean;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly sort?: Sort;
  readonly onSort?: (by: string) => void;
  /** Said in place of rows. */
  readonly empty: ReactNode;
  /** After the last row was seen, such as for asking for more. */
  readonly onEnd?: () => void;
  /** As high as its rows when there are few; otherwise it fills what is left of the page. */
  readonly height?: string;
}

const rowHeight = 36;
/** Rows kept around those in sight, so that a quick scroll finds them there. */
const overscan = 6;

/** Any number of rows, of which those in sight are in the page. */
export function DataTable<Row>({ label, columns, rows, keyOf, sort, onSort, empty, onEnd, height }: DataTableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    // The rows are made in a task of their own, and laid out in the next: neither is long.
    useFlushSync: false,
    onChange: ({ range }) => range !== null && range.endIndex >= rows.length - 1 && onEnd?.(),
  });
  const template = columns.map(({ width }) => width).join(" ");
  return (
    <div ref={scroller} className={classes["scroller"]} style={{ height }} tabIndex={0} role="region" aria-label={label}>
      <div role="table" aria-label={label} aria-rowcount={rows.length + 1} aria-colcount={columns.length} className={classes["table"]}>
        <div role="rowgroup" className={classes["heads"]}>
          <div role="row" aria-rowindex={1} className={classes["row"]} style={{ gridTemplateColumns: template }}>
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </div>
        </div>
        {rows.length === 0 ? (
          <Text component="div" p="lg" c="dimmed" size="sm">
            {empty}
          </Text>
        ) : (
          <div role="rowgroup" className={classes["body"]} style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const row = rows[index];
              if (row === undefined) return null;
              return (
                <div
                  key={keyOf(row)}
                  role="row"
                  aria-rowindex={index + 2}
                  className={classes["row"]}
                  data-body
                  style={{ gridTemplateColumns: template, top: start, height: rowHeight }}
                >
                  {columns.map(({ id, cell }) => (
                    <div key={id} role="cell" className={classes["cell"]}>
                      {cell(row)}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly sort: Sort | undefined;
  readonly onSort: ((by: string) => void) | undefined;
}

function Head<Row>({ column: { id, head, sortable }, sort, onSort }: HeadProps<Row>) {
  if (sortable !== true || onSort === undefined)
    return (
      <div role="columnheader" className={classes["head"]}>
        {head}
      </div>
    );
  const chosen = sort?.by === id ? sort : undefined;
  const Icon = chosen === undefined ? IconArrowsSort : chosen.descending ? IconArrowDown : IconArrowUp;
  return (
    <div
      role="columnheader"
      className={classes["head"]}
      aria-sort={chosen === undefined ? "none" : chosen.descending ? "descending" : "ascending"}
    >
      <button type="button" className={classes["sort"]} onClick={() => onSort(id)}>
        {head}
        <Icon size={12} stroke={2} aria-hidden data-chosen={chosen !== undefined || undefined} />
      </button>
    </div>
  );
}
