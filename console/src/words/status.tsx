import type { ReactNode } from "react";
import { lookOf } from "./status-looks.ts";
import classes from "./status.module.css";

interface StatusProps {
  readonly word: string;
  /** Said in place of the word, such as "3 Degraded". */
  readonly children?: ReactNode;
  readonly strong?: boolean;
}

/** A state as a shape, a colour and a word. */
export function Status({ word, children = word, strong = false }: StatusProps) {
  const { color, icon: Icon } = lookOf(word);
  // Plain elements: there are hundreds of these on a page that scrolls.
  return (
    <span className={classes["status"]} data-strong={strong || undefined}>
      <Icon size={14} color={`var(--drover-mark-${color})`} className={classes["mark"]} aria-hidden />
      <span>{children}</span>
    </span>
  );
}
