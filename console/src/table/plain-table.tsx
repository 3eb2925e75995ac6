import type { ReactNode } from "react";
import classes from "./plain-table.module.css";

interface PlainTableProps {
  readonly label?: string;
  /** On a window that is narrower the table scrolls, and not the page. */
  readonly minWidthPx?: number;
  /** Rows that lead somewhere have more room and follow the pointer. */
  readonly rows?: "close" | "roomy";
  /** Whether the columns' widths follow what is in them. */
  readonly layout?: "auto" | "fixed";
  readonly children: ReactNode;
}

/** A table of few rows, with the elements that browsers have for it. */
export function PlainTable({ label, minWidthPx, rows = "close", layout = "auto", children }: PlainTableProps) {
  return (
    <div className={classes["scroller"]}>
      <table aria-label={label} className={classes["table"]} data-rows={rows} style={{ minWidth: minWidthPx, tableLayout: layout }}>
        {children}
      </table>
    </div>
  );
}
