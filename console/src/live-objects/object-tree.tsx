import type { TreeNode } from "./answers.ts";
import { Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import classes from "./object-tree.module.css";
import { moveIn, rowsOf, type TreeRow } from "./tree-rows.ts";
import { Status } from "../words/status.tsx";

interface ObjectTreeProps {
  readonly nodes: readonly TreeNode[];
  readonly selected: string | undefined;
  readonly onSelect: (key: string) => void;
}

const rowPx = 34;
const overscan = 15;

/** The application's objects and what came of them. One stop of the Tab key; arrows move within. */
export function ObjectTree({ nodes, selected, onSelect }: ObjectTreeProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState(selected);
  const scroll = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const rows = useMemo(() => rowsOf(nodes, closed), [nodes, closed]);
  const current = rows.some(({ key }) => key === focused) ? focused : rows[0]?.key;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    overscan,
    getItemKey: (index) => rows[index]?.key ?? index,
  });

  const toggle = (key: string): void => setClosed((before) => before.symmetricDifference(new Set([key])));
  const focus = (key: string): void => {
    wantsFocus.current = true;
    setFocused(key);
    virtualizer.scrollToIndex(rows.findIndex((row) => row.key === key));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (current === undefined) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return onSelect(current);
    }
    const move = moveIn(rows, current, event.key);
    if (move === undefined) return;
    event.preventDefault();
    if (move.kind === "toggle") toggle(move.key);
    else focus(move.key);
  };
  // The row may only be drawn once the tree has scrolled to it.
  useEffect(() => {
    if (!wantsFocus.current) return;
    const row = scroll.current?.querySelector<HTMLElement>('[tabindex="0"]');
    if (row === null || row === undefined) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });

  return (
    <div ref={scroll} className={classes["scroll"]}>
      <div
        role="tree"
        tabIndex={-1}
        aria-label="Objects"
        className={classes["tree"]}
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {virtualizer.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          return (
            row && (
              <Row
                key={key}
                row={row}
                startPx={start}
                isFocused={row.key === current}
                isSelected={row.key === selected}
                onToggle={() => toggle(row.key)}
                onSelect={() => {
                  setFocused(row.key);
                  onSelect(row.key);
                }}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: TreeRow;
  readonly startPx: number;
  readonly isFocused: boolean;
  readonly isSelected: boolean;
  readonly onToggle: () => void;
  readonly onSelect: () => void;
}

function Row({ row: { node, level, isOpen, place, siblings }, startPx, isFocused, isSelected, onToggle, onSelect }: RowProps) {
  const { kind, name, health, sync, reason, message } = node;
  const Chevron = isOpen === true ? IconChevronDown : IconChevronRight;
  return (
    // The keyboard is the tree's: it moves between the rows.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="treeitem"
      aria-level={level}
      aria-expanded={isOpen}
      aria-selected={isSelected}
      aria-posinset={place}
      aria-setsize={siblings}
      tabIndex={isFocused ? 0 : -1}
      className={classes["row"]}
      style={{ transform: `translateY(${startPx}px)` }}
      onClick={onSelect}
    >
      {Array.from({ length: level - 1 }, (_none, depth) => (
        <span key={depth} className={classes["line"]} aria-hidden />
      ))}
      <span
        className={classes["chevron"]}
        aria-hidden
        onClick={(event) => {
          if (isOpen === undefined) return;
          event.stopPropagation();
          onToggle();
        }}
      >
        {isOpen !== undefined && <Chevron size={14} />}
      </span>
      <Text size="sm" c="dimmed" span className={classes["kind"]}>
        {kind}
      </Text>
      <Text size="sm" fw={500} span className={classes["name"]} title={message ?? name}>
        {name}
      </Text>
      {reason !== undefined && (
        <Text size="xs" c="dimmed" span className={classes["reason"]}>
          {reason}
        </Text>
      )}
      {sync !== undefined && sync !== "Synced" && <Status word={sync} />}
      <Status word={health} />
    </div>
  );
}
