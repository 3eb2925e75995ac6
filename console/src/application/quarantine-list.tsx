import { shortRevision } from "@drover/kit";
import type { Quarantine } from "@drover/proto/rest";
import { Card, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { Ago } from "../page/ago.tsx";
import plain from "../page/plain-list.module.css";

/** What nobody may roll out, and who said so. */
export function QuarantineList({ quarantines }: { readonly quarantines: readonly Quarantine[] }) {
  const [lifting, setLifting] = useState<Quarantine>();
  return (
    <Card withBorder>
      <Stack gap="sm" component="ul" className={plain["list"]}>
        {quarantines.map((quarantine) => (
          <Group key={quarantine.id} component="li" justify="space-between" wrap="nowrap" className="from-server">
            <div>
              <Text size="sm" fw={500}>
                {nameOf(quarantine)}
              </Text>
              <Text size="sm" c="dimmed">
                {quarantine.reason}
                {quarantine.createdAt !== undefined && (
                  <>
                    {" "}
                    (<Ago time={quarantine.createdAt} />)
                  </>
                )}
              </Text>
            </div>
            <PermittedButton
              wish={{ permission: "rollout.control" }}
              aria-label={`Lift the quarantine of ${nameOf(quarantine)}`}
              onClick={() => setLifting(quarantine)}
            >
              Lift…
            </PermittedButton>
          </Group>
        ))}
      </Stack>
      {lifting !== undefined && <LiftDialog quarantine={lifting} onClose={() => setLifting(undefined)} />}
    </Card>
  );
}

const nameOf = ({ kind, revision, environment }: Quarantine): string =>
  kind === "Revision"
    ? shortRevision(revision)
    : `what the files made of ${shortRevision(revision)} in ${environment ?? "one environment"}`;

function LiftDialog({ quarantine, onClose }: { readonly quarantine: Quarantine; readonly onClose: () => void }) {
  const change = useChange({
    send: (client, reason: string, idempotencyKey) =>
      client("liftQuarantine", { params: { quarantine: quarantine.id }, body: { reason }, idempotencyKey }),
    done: () => `${nameOf(quarantine)} may be rolled out again.`,
    onDone: onClose,
  });
  return (
    <ChangeDialog title={`Lift the quarantine of ${nameOf(quarantine)}`} verb="Lift it" change={change} onClose={onClose}>
      <Text size="sm">
        It was quarantined because: {quarantine.reason}. Once lifted, it can be promoted again; nothing moves by itself.
      </Text>
    </ChangeDialog>
  );
}
