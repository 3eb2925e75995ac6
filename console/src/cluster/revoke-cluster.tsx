import type { Cluster } from "@drover/proto/rest";
import { List } from "@mantine/core";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { useChange } from "../change/use-change.ts";

/** Names what will happen before it does. */
export function RevokeCluster({ cluster, onClose }: { readonly cluster: Cluster; readonly onClose: () => void }) {
  const { id, name, applications, environments } = cluster;
  const total = Object.values(applications).reduce((sum, count) => sum + count, 0);
  const change = useChange({
    send: (client, reason: string, idempotencyKey) =>
      client("revokeCluster", { params: { cluster: id }, body: { reason }, idempotencyKey }),
    done: () => `The identity of ${name} has ended.`,
    onDone: onClose,
  });
  return (
    <ChangeDialog title={`Revoke ${name}?`} verb={`Revoke ${name}`} color="red" change={change} onClose={onClose}>
      <List size="sm" spacing={4}>
        <List.Item>
          The agent's identity ends at once: its connection is cut, and it cannot come back without a new enrolment token.
        </List.Item>
        <List.Item>
          {total === 0 ? "Nothing runs there." : `${total} applications go on running there, and are no longer changed or watched.`}
        </List.Item>
        <List.Item>
          {environments.length === 0 ? "No environment counts on it." : `Open rollouts of ${environments.join(", ")} go on without it.`}
        </List.Item>
      </List>
    </ChangeDialog>
  );
}
