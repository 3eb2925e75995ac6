import type { Notification } from "@drover/proto/rest";
import { Badge, Text } from "@mantine/core";
import { useState } from "react";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { Ago } from "../page/ago.tsx";
import { PlainTable } from "../table/plain-table.tsx";
import { ProblemText } from "../page/problem-text.tsx";

/** The routes, each with how its messages fare. */
export function NotificationsTable({ notifications }: { readonly notifications: readonly Notification[] }) {
  const [testing, setTesting] = useState<string>();
  return (
    <>
      <PlainTable
        framed
        label="Notifications"
        minWidthPx={640}
        rows="roomy"
        heads={["Name", "Receiver", "Waiting", "Given up on", "Last delivered"]}
        hasActions
      >
        {notifications.map(({ name, spec, waiting, dead, lastDeliveredAt, problem }) => (
          <tr key={name} className="from-server">
            <td className="strong">
              {name}
              <ProblemText problem={problem} />
            </td>
            <td>{spec.receiver.type}</td>
            <td>{waiting}</td>
            <td>
              {dead === 0 ? (
                "0"
              ) : (
                <Badge variant="light" color="red">
                  {dead} given up on
                </Badge>
              )}
            </td>
            <td>{lastDeliveredAt === undefined ? "never" : <Ago time={lastDeliveredAt} />}</td>
            <td>
              <PermittedButton wish={{ permission: "notification.send" }} aria-label={`Test ${name}`} onClick={() => setTesting(name)}>
                Test…
              </PermittedButton>
            </td>
          </tr>
        ))}
      </PlainTable>
      {testing !== undefined && <TestDialog notification={testing} onClose={() => setTesting(undefined)} />}
    </>
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
