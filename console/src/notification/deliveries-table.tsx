import type { Delivery } from "@drover/proto/rest";
import { Badge, Card, Table, Text, VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { Ago } from "../page/ago.tsx";
import { Status } from "../words/status.tsx";

const severityColor: Readonly<Record<string, string>> = { Info: "gray", Warning: "yellow", Critical: "red" };

/** Messages, and what their receivers said. */
export function DeliveriesTable({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  const [retrying, setRetrying] = useState<Delivery>();
  return (
    <Card withBorder p={0}>
      <Table.ScrollContainer minWidth={760} type="native">
        <Table verticalSpacing="xs" aria-label="Messages">
          <Table.Thead>
            <Table.Tr>
              {["Message", "Severity", "To", "State", "Attempts", "When"].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
              <Table.Th>
                <VisuallyHidden>Actions</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {deliveries.map((delivery) => (
              <Row key={delivery.id} delivery={delivery} onRetry={() => setRetrying(delivery)} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {retrying !== undefined && <RetryDialog delivery={retrying} onClose={() => setRetrying(undefined)} />}
    </Card>
  );
}

function Row({ delivery, onRetry }: { readonly delivery: Delivery; readonly onRetry: () => void }) {
  const { title, severity, notification, receiver, state, attempts, log, createdAt } = delivery;
  const last = log.at(-1);
  return (
    <Table.Tr className="from-server">
      <Table.Td>
        <Text size="sm" fw={500}>
          {title}
        </Text>
        {last !== undefined && state !== "Delivered" && (
          <Text size="xs" c="dimmed">
            {last.result}: {last.said}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={severityColor[String(severity)] ?? "gray"}>
          {severity}
        </Badge>
      </Table.Td>
      <Table.Td>
        {notification} ({receiver})
      </Table.Td>
      <Table.Td>
        <Status word={String(state)} />
      </Table.Td>
      <Table.Td>{attempts}</Table.Td>
      <Table.Td>
        <Ago time={createdAt} />
      </Table.Td>
      <Table.Td>
        {state === "Dead" && (
          <PermittedButton wish={{ permission: "notification.send" }} aria-label={`Send "${title}" again`} onClick={onRetry}>
            Send again…
          </PermittedButton>
        )}
      </Table.Td>
    </Table.Tr>
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
