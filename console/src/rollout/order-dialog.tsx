import type { Rollout } from "@drover/proto/rest";
import { List, NumberInput } from "@mantine/core";
import { useState } from "react";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { useChange } from "../change/use-change.ts";
import { consequences, failuresToAccept, type Order } from "./orders.ts";

const words = {
  pause: { verb: "Pause", color: "yellow", done: "is paused" },
  resume: { verb: "Resume", color: "indigo", done: "goes on" },
  retry: { verb: "Retry", color: "indigo", done: "tries again what failed" },
  abort: { verb: "Abort", color: "red", done: "is aborted" },
} as const satisfies Record<Order, object>;

interface OrderDialogProps {
  readonly order: Order;
  readonly rollout: Rollout;
  readonly onClose: () => void;
}

/** Names what an order does to how many clusters before it is given. */
export function OrderDialog({ order, rollout, onClose }: OrderDialogProps) {
  const { verb, color, done } = words[order];
  const goesOn = rollout.phase === "Aborted" ? words.resume.done : done;
  const missing = order === "resume" ? failuresToAccept(rollout) : undefined;
  const [acceptFailures, setAcceptFailures] = useState(missing);
  const change = useChange({
    send: (client, reason: string, idempotencyKey) => {
      const params = { rollout: rollout.id };
      switch (order) {
        case "pause":
          return client("pauseRollout", { params, body: { reason }, idempotencyKey });
        case "resume":
          return client("resumeRollout", { params, body: { reason, acceptFailures }, idempotencyKey });
        case "retry":
          return client("retryRollout", { params, body: { reason }, idempotencyKey });
        case "abort":
          return client("abortRollout", { params, body: { reason }, idempotencyKey });
      }
    },
    done: ({ application, environment, release }) => `The rollout of ${release} (${application} in ${environment}) ${goesOn}.`,
    onDone: onClose,
  });
  return (
    <ChangeDialog
      title={`${verb} the rollout of ${rollout.release} in ${rollout.environment}`}
      verb={verb}
      color={color}
      change={change}
      onClose={onClose}
    >
      <List size="sm" aria-label="What will happen">
        {consequences(order, rollout).map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
      {missing !== undefined && (
        <NumberInput
          label="Failures to accept"
          description="It goes on in spite of so many failed clusters beyond those that its strategy tolerates."
          min={0}
          max={100_000}
          allowDecimal={false}
          value={acceptFailures ?? ""}
          onChange={(value) => setAcceptFailures(typeof value === "number" ? value : undefined)}
        />
      )}
    </ChangeDialog>
  );
}
