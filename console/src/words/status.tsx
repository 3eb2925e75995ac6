import { Group, Text } from "@mantine/core";
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
  return (
    <Group component="span" gap={5} wrap="nowrap" display="inline-flex" className={classes["status"]}>
      <Icon size={14} color={`var(--drover-mark-${color})`} className={classes["mark"]} aria-hidden />
      <Text component="span" inherit fw={strong ? 600 : undefined}>
        {children}
      </Text>
    </Group>
  );
}
