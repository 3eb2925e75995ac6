import type { Rollout, RolloutGate } from "@drover/proto/rest";
import { Card, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useIdentity } from "../api/identity.ts";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { Ago } from "../page/ago.tsx";
import { inLocalTime } from "../words/rollout-words.ts";
import { type GateVerb, whyNotDecide } from "./gate-words.ts";
import { isUnderWay } from "./orders.ts";
import { Status } from "../words/status.tsx";
import { PlainTable } from "../table/plain-table.tsx";

const verbs = ["approve", "reject", "override"] as const;
const words = {
  approve: { label: "Approve", color: "teal", permission: "gate.approve", does: "The wave begins once enough people have approved." },
  reject: { label: "Reject", color: "red", permission: "gate.approve", does: "The gate fails, and the rollout halts where it stands." },
  override: {
    label: "Override",
    color: "orange",
    permission: "restriction.override",
    does: "The gate is passed over, whatever it measured. Everybody can see who did it.",
  },
} as const satisfies Record<GateVerb, object>;

/** What has to be well before, or after, a wave, and what people and measurements said of it. */
export function Gates({ rollout, gates }: { readonly rollout: Rollout; readonly gates: readonly RolloutGate[] }) {
  const [deciding, setDeciding] = useState<{ readonly verb: GateVerb; readonly gate: RolloutGate }>();
  return (
    <Stack gap="sm">
      {gates.map((gate) => (
        <Gate
          key={`${gate.wave} ${gate.when} ${gate.gate}`}
          gate={gate}
          rollout={rollout}
          onDecide={(verb) => setDeciding({ verb, gate })}
        />
      ))}
      {deciding !== undefined && <DecideDialog {...deciding} onClose={() => setDeciding(undefined)} />}
    </Stack>
  );
}

interface GateProps {
  readonly gate: RolloutGate;
  readonly rollout: Rollout;
  readonly onDecide: (verb: GateVerb) => void;
}

function Gate({ gate, rollout, onDecide }: GateProps) {
  const { data: identity } = useIdentity();
  const { gate: name, type, wave, when, state, message, nextAt } = gate;
  const ended = isUnderWay(rollout) ? undefined : `its rollout is ${rollout.phase}`;
  return (
    <Card withBorder component="article" className="from-server">
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Group gap="xs">
            <Text fw={600}>{name}</Text>
            <Status word={state} strong />
            <Text size="sm" c="dimmed">
              {type}, {when.toLowerCase()} {wave}
            </Text>
          </Group>
          <Text size="sm">{inLocalTime(message)}</Text>
          {nextAt !== undefined && (
            <Text size="sm" c="dimmed">
              next at {inLocalTime(nextAt)}
            </Text>
          )}
        </div>
        <Group gap="xs">
          {verbs.map((verb) => (
            <PermittedButton
              key={verb}
              wish={{ permission: words[verb].permission, environment: rollout.environment }}
              notNow={ended ?? whyNotDecide(verb, gate, identity?.actor)}
              aria-label={`${words[verb].label} ${name}`}
              onClick={() => onDecide(verb)}
            >
              {`${words[verb].label}…`}
            </PermittedButton>
          ))}
        </Group>
      </Group>
      <Said gate={gate} />
    </Card>
  );
}

/** What people said and what was measured, if anything was. */
function Said({ gate: { approvals, measurements, succeeded, failed } }: { readonly gate: RolloutGate }) {
  if (approvals.length === 0 && measurements.length === 0) return null;
  return (
    <PlainTable
      label="What was said and measured"
      caption={measurements.length > 0 ? `${succeeded} succeeded and ${failed} failed in this attempt` : undefined}
    >
      {approvals.map(({ subject, decision, reason, at }) => (
        <tr key={`${subject} ${at}`}>
          <td className="strong">{decision === "Approve" ? "Approved" : "Rejected"}</td>
          <td>
            {subject}: {reason}
          </td>
          <td>
            <Ago time={at} />
          </td>
        </tr>
      ))}
      {measurements.map(({ attempt, n, at, ok, value, message }) => (
        <tr key={`${attempt} ${n}`}>
          <td className="strong">{ok ? "✓ succeeded" : "✗ failed"}</td>
          <td>{value === undefined ? message : `${value} · ${message}`}</td>
          <td>
            <Ago time={at} />
          </td>
        </tr>
      ))}
    </PlainTable>
  );
}

interface DecideDialogProps {
  readonly verb: GateVerb;
  readonly gate: RolloutGate;
  readonly onClose: () => void;
}

function DecideDialog({ verb, gate: { rolloutId, gate, wave }, onClose }: DecideDialogProps) {
  const { label, color, does } = words[verb];
  const change = useChange({
    send: (client, reason: string, idempotencyKey) =>
      client(`${verb}Gate`, { params: { rollout: rolloutId, gate }, body: { reason, wave }, idempotencyKey }),
    done: ({ message }) => `${gate}: ${message}`,
    onDone: onClose,
  });
  return (
    <ChangeDialog title={`${label} gate ${gate} of ${wave}`} verb={label} color={color} change={change} onClose={onClose}>
      <Text size="sm">{does}</Text>
    </ChangeDialog>
  );
}
