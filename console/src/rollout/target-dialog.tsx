import type { Rollout } from "@drover/proto/rest";
import { Text } from "@mantine/core";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { useChange } from "../change/use-change.ts";

export type TargetOrder = "skip" | "retry";

interface TargetDialogProps {
  readonly order: TargetOrder;
  readonly rollout: Rollout;
  readonly cluster: string;
  readonly onClose: () => void;
}

/** An order about one cluster. */
export function TargetDialog({ order, rollout, cluster, onClose }: TargetDialogProps) {
  const change = useChange({
    send: (client, reason: string, idempotencyKey) =>
      client(order === "skip" ? "skipRolloutCluster" : "retryRollout", {
        params: { rollout: rollout.id },
        body: { reason, cluster },
        idempotencyKey,
      }),
    done: () => (order === "skip" ? `${cluster} is left out.` : `${cluster} gets ${rollout.release} once more.`),
    onDone: onClose,
  });
  return (
    <ChangeDialog
      title={order === "skip" ? `Skip ${cluster}` : `Retry ${cluster}`}
      verb={order === "skip" ? "Skip the cluster" : "Retry the cluster"}
      change={change}
      onClose={onClose}
    >
      <Text size="sm">
        {order === "skip"
          ? `${cluster} keeps what it has and no longer counts in this rollout. It can be retried later.`
          : `${cluster} gets ${rollout.release} once more, and its failure no longer counts against the budget.`}
      </Text>
    </ChangeDialog>
  );
}
