import type { Delivery } from "@drover/proto/rest";
import { Badge, Text } from "@mantine/core";
import { useState } from "react";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { Ago } from "../page/ago.tsx";
import { Status } from "../words/status.tsx";
import { PlainTable } from "../table/plain-table.tsx";

const severityColor: Readonly<Record<string, string>> = { Info: "gray", Warning: "yellow", Critical: "red" };

/** Messages, and what their receivers said. */
export function DeliveriesTable({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  const [retrying, setRetrying] = useState<Delivery>();
  return (
    <>
      <PlainTable
        framed
        label="Messages"
        minWidthPx={760}
        rows="roomy"
        heads={["Message", "Severity", "To", "State", "Attempts", "When"]}
        hasActions
      >
        {deliveries.map((delivery) => (
          <Row key={delivery.id} delivery={delivery} onRetry={() => setRetrying(delivery)} />
        ))}
      </PlainTable>
      {retrying !== undefined && <RetryDialog delivery={retrying} onClose={() => setRetrying(undefined)} />}
    </>
  );
}

function Row({ delivery, onRetry }: { readonly delivery: Delivery; readonly onRetry: () => void }) {
  const { title, severity, notification, receiver, state, attempts, log, createdAt } = delivery;
  const last = log.at(-1);
  return (
    <tr className="from-server">
      <td>
        <Text size="sm" fw={500}>
          {title}
        </Text>
        {last !== undefined && state !== "Delivered" && (
          <Text size="xs" c="dimmed">
            {last.result}: {last.said}
          </Text>
        )}
      </td>
      <td>
        <Badge variant="light" color={severityColor[String(severity)] ?? "gray"}>
          {severity}
        </Badge>
      </td>
      <td>
        {notification} ({receiver})
      </td>
      <td>
        <Status word={String(state)} />
      </td>
      <td>{attempts}</td>
      <td>
        <Ago time={createdAt} />
      </td>
      <td>
        {state === "Dead" && (
          <PermittedButton wish={{ permission: "notification.send" }} aria-label={`Send "${title}" again`} onClick={onRetry}>
            Send again…
          </PermittedButton>
        )}
      </td>
    </tr>
  );
}

function RetryDialog({ delivery: { id, title, notification }, onClose }: { readonly delivery: Delivery; readonly onClose: () => void }) {
  const change = useChange({
    send: (client, reason: string, idempotencyKey) =>
      client("retryDelivery", { params: { delivery: id }, body: { reason }, idempotencyKey }),
    done: () => `"${title}" is sent again by ${notification}.`,
    onDone: onClose,
  });
  return (
    <ChangeDialog title="Send it again" verb="Send again" change={change} onClose={onClose}>
      <Text size="sm">
        {title}, by {notification}.
      </Text>
    </ChangeDialog>
  );
}
