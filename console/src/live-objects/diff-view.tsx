import type { Difference } from "./answers.ts";
import { Alert, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import classes from "./diff-view.module.css";
import { diffPairs, type DiffRow, diffRows } from "./diff-rows.ts";
import { yamlOf } from "./yaml-of.ts";

type Layout = "unified" | "sides";

const changeWords = {
  Create: "A sync would create it.",
  Change: "It differs from git.",
  Delete: "A sync would delete it: git no longer has it.",
  Unknown: "It could not be compared.",
} as const;

/** One object as it is against what git says. Values of Secrets are masked where they are read, in the cluster. */
export function DiffView({ difference }: { readonly difference: Difference }) {
  const { kind, name, live, desired, change, fields, message } = difference;
  const label = `Difference of ${kind} ${name}`;
  const [layout, setLayout] = useState<Layout>("unified");
  const rows = useMemo(() => diffRows(yamlOf(live), yamlOf(desired)), [live, desired]);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm">
          {changeWords[change]} {fields.length > 0 && <code>{fields.join(", ")}</code>}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label="Layout"
          data={[
            { value: "unified", label: "Unified" },
            { value: "sides", label: "Side by side" },
          ]}
          value={layout}
          onChange={(value) => setLayout(value === "sides" ? "sides" : "unified")}
        />
      </Group>
      {message !== undefined && <Alert color="yellow">{message}</Alert>}
      {rows.length > 0 && (layout === "unified" ? <Unified rows={rows} label={label} /> : <Sides rows={rows} label={label} />)}
    </Stack>
  );
}

const signs = { same: " ", removed: "−", added: "+", gap: " " } as const;
const spoken = { same: "", removed: "in the cluster: ", added: "in git: ", gap: "" } as const;

interface RowsProps {
  readonly rows: readonly DiffRow[];
  readonly label: string;
}

function Unified({ rows, label }: RowsProps) {
  return (
    // It scrolls sideways, so the keyboard has to reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes["code"]} tabIndex={0} role="region" aria-label={`${label}, line by line`}>
      {rows.map((row, index) => (
        <div key={index} className={classes["line"]} data-kind={row.kind}>
          <span className={classes["number"]} aria-hidden>
            {"left" in row ? row.left : ""}
          </span>
          <span className={classes["number"]} aria-hidden>
            {"right" in row ? row.right : ""}
          </span>
          <Line row={row} />
        </div>
      ))}
    </div>
  );
}

function Sides({ rows, label }: RowsProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes["code"]} tabIndex={0} role="region" aria-label={`${label}, side by side`}>
      <div className={classes["pair"]}>
        <span className={classes["head"]}>in the cluster</span>
        <span className={classes["head"]}>in git</span>
      </div>
      {diffPairs(rows).map(({ left, right }, index) => (
        <div key={index} className={classes["pair"]}>
          <Half row={left} side="left" />
          <Half row={right} side="right" />
        </div>
      ))}
    </div>
  );
}

function Half({ row, side }: { readonly row: DiffRow | undefined; readonly side: "left" | "right" }) {
  const number =
    row === undefined || row.kind === "gap" ? "" : side === "left" && "left" in row ? row.left : "right" in row ? row.right : "";
  return (
    <div className={classes["line"]} data-kind={row?.kind ?? "none"}>
      <span className={classes["number"]} aria-hidden>
        {number}
      </span>
      {row !== undefined && <Line row={row} />}
    </div>
  );
}

function Line({ row }: { readonly row: DiffRow }) {
  if (row.kind === "gap") return <span className={classes["gap"]}>… {row.lines} equal lines</span>;
  return (
    <>
      <span className={classes["sign"]} aria-hidden>
        {signs[row.kind]}
      </span>
      <span className={classes["text"]}>
        {spoken[row.kind] !== "" && <span className={classes["unseen"]}>{spoken[row.kind]}</span>}
        {row.text}
      </span>
    </>
  );
}
