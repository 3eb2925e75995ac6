import type { Notification } from "@drover/proto/rest";
import { Badge, Card, Table, Text, VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { Ago } from "../page/ago.tsx";

/** The routes, each with how its messages fare. */
export function NotificationsTable({ notifications }: { readonly notifications: readonly Notification[] }) {
  const [testing, setTesting] = useState<string>();
  return (
    <Card withBorder p={0}>
      <Table.ScrollContainer minWidth={640} type="native">
        <Table verticalSpacing="xs" aria-label="Notifications">
          <Table.Thead>
            <Table.Tr>
              {["Name", "Receiver", "Waiting", "Given up on", "Last delivered"].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
              <Table.Th>
                <VisuallyHidden>Actions</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {notifications.map(({ name, spec, waiting, dead, lastDeliveredAt, problem }) => (
              <Table.Tr key={name} className="from-server">
                <Table.Td fw={500}>
                  {name}
                  {problem !== undefined && (
                    <Text size="sm" c="var(--mantine-color-error)">
                      {problem.code}: {problem.message}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{spec.receiver.type}</Table.Td>
                <Table.Td>{waiting}</Table.Td>
                <Table.Td>
                  {dead === 0 ? (
                    "0"
                  ) : (
                    <Badge variant="light" color="red">
                      {dead} given up on
                    </Badge>
                  )}
                </Table.Td>
                <Table.Td>{lastDeliveredAt === undefined ? "never" : <Ago time={lastDeliveredAt} />}</Table.Td>
                <Table.Td>
                  <PermittedButton wish={{ permission: "notification.send" }} aria-label={`Test ${name}`} onClick={() => setTesting(name)}>
                    Test…
                  </PermittedButton>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {testing !== undefined && <TestDialog notification={testing} onClose={() => setTesting(undefined)} />}
    </Card>
  );
}

function TestDialog({ notification, onClose }: { readonly notification: string; readonly onClose: () => void }) {
  const change = useChange({
    send: (client, reason: string, idempotencyKey) =>
      client("testNotification", { params: { notification }, body: { reason }, idempotencyKey }),
    done: () => `A test message is on its way by ${notification}.`,
    onDone: onClose,
  });
  return (
    <ChangeDialog title={`Test ${notification}`} verb="Send a test message" change={change} onClose={onClose}>
      <Text size="sm">The receiver gets one message that says that it is a test.</Text>
    </ChangeDialog>
  );
}
