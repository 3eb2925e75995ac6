import { Card, VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./plain-table.module.css";

interface PlainTableProps {
  readonly label?: string;
  readonly heads?: readonly string[];
  /** Whether each row ends with what can be done to it. */
  readonly hasActions?: boolean;
  /** Of the columns, in CSS. Without them widths follow what is in the columns, or are alike where `layout` says so. */
  readonly widths?: readonly (string | undefined)[];
  readonly layout?: "auto" | "fixed";
  /** Said below the rows. */
  readonly caption?: ReactNode;
  /** On a window that is narrower the table scrolls, and not the page. */
  readonly minWidthPx?: number;
  /** Rows that lead somewhere have more room and follow the pointer. */
  readonly rows?: "close" | "roomy";
  /** Whether it stands by itself, and not in a card or a dialog. */
  readonly framed?: boolean;
  /** The rows. */
  readonly children: ReactNode;
}

/** A table of few rows, with the elements that browsers have for it. */
export function PlainTable({ framed = false, ...props }: PlainTableProps) {
  if (!framed) return <Table {...props} />;
  return (
    <Card withBorder p={0}>
      <Table {...props} />
    </Card>
  );
}

function Table(props: Omit<PlainTableProps, "framed">) {
  const { label, heads, hasActions = false, widths = [], layout = "auto", caption, minWidthPx, rows = "close", children } = props;
  return (
    <div className={classes["scroller"]}>
      <table aria-label={label} className={classes["table"]} data-rows={rows} style={{ minWidth: minWidthPx, tableLayout: layout }}>
        {caption !== undefined && <caption>{caption}</caption>}
        {widths.length > 0 && (
          <colgroup>
            {widths.map((width, index) => (
              <col key={index} style={{ width }} />
            ))}
          </colgroup>
        )}
        {heads !== undefined && (
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head}>{head}</th>
              ))}
              {hasActions && (
                <th>
                  <VisuallyHidden>Actions</VisuallyHidden>
                </th>
              )}
            </tr>
          </thead>
        )}
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
