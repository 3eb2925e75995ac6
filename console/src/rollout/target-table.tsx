import type { Rollout, RolloutTarget } from "@drover/proto/rest";
import { Card, Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { PermittedButton } from "../change/permitted-button.tsx";
import { Ago } from "../page/ago.tsx";
import { PageLink } from "../page/page-link.tsx";
import { paths } from "../paths.ts";
import { holdInWords } from "../words/rollout-words.ts";
import { isUnderWay } from "./orders.ts";
import type { TargetOrder } from "./target-dialog.tsx";
import classes from "./target-table.module.css";
import { sinceOf } from "./target-words.ts";
import { Status } from "../words/status.tsx";

interface TargetTableProps {
  readonly rollout: Rollout;
  readonly targets: readonly RolloutTarget[];
  /** What keeps clusters, by their ids. */
  readonly troubles: ReadonlyMap<string, string>;
  readonly onOrder: (order: TargetOrder, cluster: string) => void;
}

const rowPx = 40;
/** Rows beyond the visible ones, so that scrolling shows no gap. */
const overscan = 12;
const heads = ["Cluster", "Wave", "State", "Since", "Because", ""] as const;

/** Thousands of rows, of which only those are drawn that one sees. */
export function TargetTable({ rollout, targets, troubles, onOrder }: TargetTableProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: targets.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    overscan,
  });
  return (
    <Card
      withBorder
      p={0}
      ref={scroll}
      className={classes["scroll"]}
      // It scrolls by itself, so the keyboard has to reach it.
      tabIndex={0}
      role="region"
      aria-label="Clusters of this rollout"
    >
      <div role="table" aria-label="Clusters" aria-rowcount={targets.length + 1} className={classes["table"]}>
        <div role="rowgroup" className={classes["head"]}>
          <div role="row" aria-rowindex={1} className={classes["row"]}>
            {heads.map((head) => (
              <span key={head} role="columnheader">
                {head === "" ? <span className={classes["unseen"]}>Actions</span> : head}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={classes["body"]} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const target = targets[index];
            return (
              target && (
                <div
                  key={target.clusterId}
                  role="row"
                  aria-rowindex={index + 2}
                  className={classes["row"]}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <Cells rollout={rollout} target={target} trouble={troubles.get(target.clusterId)} onOrder={onOrder} />
                </div>
              )
            );
          })}
        </div>
      </div>
    </Card>
  );
}

interface CellsProps {
  readonly rollout: Rollout;
  readonly target: RolloutTarget;
  readonly trouble: string | undefined;
  readonly onOrder: TargetTableProps["onOrder"];
}

function Cells({ rollout, target, trouble, onOrder }: CellsProps) {
  const { cluster, wave, state, because } = target;
  const since = sinceOf(target);
  const reason = [trouble, because && holdInWords(because)].filter(Boolean).join("; ");
  return (
    <>
      <span role="cell" className={classes["cell"]}>
        <PageLink to={paths.live(cluster, rollout.application)} size="sm" fw={500}>
          {cluster}
        </PageLink>
      </span>
      <span role="cell" className={classes["cell"]}>
        {wave === undefined ? "" : (rollout.waves.find(({ index }) => index === wave)?.name ?? `wave ${wave + 1}`)}
      </span>
      <span role="cell">
        <Status word={state} />
      </span>
      <span role="cell" className={classes["cell"]}>
        {since !== undefined && <Ago time={since} />}
      </span>
      <span role="cell" className={classes["cell"]} title={reason}>
        <Text span size="sm" c="dimmed">
          {reason}
        </Text>
      </span>
      <span role="cell">
        <TargetAction rollout={rollout} target={target} onOrder={onOrder} />
      </span>
    </>
  );
}

function TargetAction({ rollout, target: { cluster, state }, onOrder }: Omit<CellsProps, "trouble">) {
  const order = orderFor(state);
  if (order === undefined || !isUnderWay(rollout)) return null;
  return (
    <PermittedButton
      size="compact-xs"
      wish={{ permission: "rollout.control" }}
      aria-label={`${order === "skip" ? "Skip" : "Retry"} ${cluster}`}
      onClick={() => onOrder(order, cluster)}
    >
      {order === "skip" ? "Skip…" : "Retry…"}
    </PermittedButton>
  );
}

function orderFor(state: RolloutTarget["state"]): TargetOrder | undefined {
  if (state === "Waiting" || state === "Offline") return "skip";
  return state === "Failed" || state === "Skipped" ? "retry" : undefined;
}
