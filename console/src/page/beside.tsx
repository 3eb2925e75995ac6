import type { ReactNode } from "react";
import classes from "./beside.module.css";

interface BesideProps {
  readonly children: ReactNode;
  readonly side: ReactNode;
  readonly sideIs: "narrow" | "wide";
}

/** What a page is about, and what one wants to know besides: below it where there is no room. */
export function Beside({ children, side, sideIs }: BesideProps) {
  return (
    <div className={classes["columns"]} data-side={sideIs}>
      <div className={classes["column"]}>{children}</div>
      <div className={classes["column"]}>{side}</div>
    </div>
  );
}
