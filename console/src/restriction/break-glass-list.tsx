import type { BreakGlass } from "@drover/proto/rest";
import { Card, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import plain from "../page/plain-list.module.css";
import { inLocalTime } from "../words/rollout-words.ts";
import { Nothing } from "../page/nothing.tsx";

const placeOf = ({ environment, application }: Pick<BreakGlass, "environment" | "application">): string =>
  application === undefined ? environment : `${application} in ${environment}`;

/** Who set freezes and closed windows aside, and until when. */
export function BreakGlassList({ open }: { readonly open: readonly BreakGlass[] }) {
  const [ending, setEnding] = useState<BreakGlass>();
  if (open.length === 0) return <Nothing>No glass is broken: freezes and windows hold everywhere.</Nothing>;
  return (
    <Card withBorder>
      <Stack gap="sm" component="ul" className={plain["list"]}>
        {open.map((glass) => (
          <Group key={glass.id} component="li" justify="space-between" wrap="nowrap" className="from-server">
            <div>
              <Text size="sm" fw={500}>
                {placeOf(glass)}: freezes and windows are set aside until {inLocalTime(glass.expiresAt)}
              </Text>
              <Text size="sm" c="dimmed">
                {glass.actor}: {glass.reason}
              </Text>
            </div>
            <PermittedButton
              wish={{ permission: "restriction.override", environment: glass.environment }}
              aria-label={`End the exception for ${placeOf(glass)}`}
              onClick={() => setEnding(glass)}
            >
              End…
            </PermittedButton>
          </Group>
        ))}
      </Stack>
      {ending !== undefined && <EndDialog glass={ending} onClose={() => setEnding(undefined)} />}
    </Card>
  );
}

function EndDialog({ glass, onClose }: { readonly glass: BreakGlass; readonly onClose: () => void }) {
  const change = useChange({
    send: (client, reason: string, idempotencyKey) =>
      client("endBreakGlass", { params: { breakGlass: glass.id }, body: { reason }, idempotencyKey }),
    done: () => `Freezes and windows hold again for ${placeOf(glass)}.`,
    onDone: onClose,
  });
  return (
    <ChangeDialog title={`End the exception for ${placeOf(glass)}`} verb="End it" change={change} onClose={onClose}>
      <Text size="sm">Freezes and windows hold again at once. What was dispatched meanwhile finishes.</Text>
    </ChangeDialog>
  );
}

const lifetimes = [
  { value: "30m", label: "half an hour" },
  { value: "1h", label: "one hour" },
  { value: "4h", label: "four hours" },
  { value: "24h", label: "a day" },
];

interface BreakGlassDialogProps {
  readonly environments: readonly string[];
  readonly onClose: () => void;
}

/** Sets freezes and closed windows of one place aside for a while, loudly. */
export function BreakGlassDialog({ environments, onClose }: BreakGlassDialogProps) {
  const [environment, setEnvironment] = useState(environments[0] ?? "");
  const [application, setApplication] = useState("");
  const [ttl, setTtl] = useState("1h");
  const change = useChange({
    send: (client, reason: string, idempotencyKey) => {
      const body = { environment, reason, ttl, ...(application.trim() === "" ? {} : { application: application.trim() }) };
      return client("createBreakGlass", { body, idempotencyKey });
    },
    done: (glass) => `Freezes and windows are set aside for ${placeOf(glass)}.`,
    onDone: onClose,
  });
  return (
    <ChangeDialog title="Break the glass" verb="Break the glass" color="red" typed={environment} change={change} onClose={onClose}>
      <Text size="sm">
        Freezes and closed windows no longer hold rollouts there, until it ends. It stands in the audit record, in events and in every
        `why`. An emergency stop still holds.
      </Text>
      <NativeSelect
        label="Environment"
        data={[...environments]}
        value={environment}
        onChange={(event) => setEnvironment(event.currentTarget.value)}
      />
      <TextInput
        label="Application"
        description="Only this one; all of the environment when empty."
        value={application}
        onChange={(event) => setApplication(event.currentTarget.value)}
      />
      <NativeSelect label="For" data={lifetimes} value={ttl} onChange={(event) => setTtl(event.currentTarget.value)} />
    </ChangeDialog>
  );
}
