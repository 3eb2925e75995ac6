import type { EmergencyStop } from "@drover/proto/rest";
import { Alert, Card, Group, List, Text } from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import { useState } from "react";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { Ago } from "../page/ago.tsx";

const wish = { permission: "restriction.override" } as const;

/** Whether anything may leave at all. */
export function EmergencyStopCard({ stop: { stopped, actor, reason, since } }: { readonly stop: EmergencyStop }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {stopped ? (
        <Alert color="red" title="The whole fleet is stopped" icon={<IconHandStop />} className="from-server">
          <Group justify="space-between">
            <Text size="sm">
              {actor}
              {since !== undefined && (
                <>
                  , <Ago time={since} />
                </>
              )}
              : {reason}
            </Text>
            <PermittedButton wish={wish} onClick={() => setOpen(true)}>
              Release…
            </PermittedButton>
          </Group>
        </Alert>
      ) : (
        <Card withBorder>
          <Group justify="space-between">
            <Text size="sm">Nothing is stopped: rollouts go as their strategies say.</Text>
            <PermittedButton wish={wish} color="red" onClick={() => setOpen(true)}>
              Stop the fleet…
            </PermittedButton>
          </Group>
        </Card>
      )}
      {isOpen && (stopped ? <ReleaseDialog onClose={() => setOpen(false)} /> : <StopDialog onClose={() => setOpen(false)} />)}
    </>
  );
}

function StopDialog({ onClose }: { readonly onClose: () => void }) {
  const change = useChange({
    send: (client, reason: string, idempotencyKey) => client("stopFleet", { body: { reason }, idempotencyKey }),
    done: () => "The fleet is stopped.",
    onDone: onClose,
  });
  return (
    <ChangeDialog title="Stop the whole fleet" verb="Stop the fleet" color="red" typed="stop" change={change} onClose={onClose}>
      <List size="sm">
        <List.Item>Nothing more is dispatched to any cluster, rollbacks neither.</List.Item>
        <List.Item>Clusters that were dispatched already finish.</List.Item>
        <List.Item>Drift is still corrected. It holds until somebody releases it.</List.Item>
      </List>
    </ChangeDialog>
  );
}

function ReleaseDialog({ onClose }: { readonly onClose: () => void }) {
  const change = useChange({
    send: (client, reason: string, idempotencyKey) => client("releaseStop", { body: { reason }, idempotencyKey }),
    done: () => "The stop is released.",
    onDone: onClose,
  });
  return (
    <ChangeDialog title="Release the emergency stop" verb="Release" typed="release" change={change} onClose={onClose}>
      <Text size="sm">Every rollout that is under way goes on where it stood, at once.</Text>
    </ChangeDialog>
  );
}
