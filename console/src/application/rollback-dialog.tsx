import { plural, shortRevision } from "@drover/kit";
import type { Promotion, RollbackPreview, Rollout } from "@drover/proto/rest";
import { Alert, Badge, Checkbox, Group, List, NativeSelect, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { useChange } from "../change/use-change.ts";
import { Asked } from "../page/asked.tsx";
import { useCompletedRollouts, useRollbackPlan } from "./queries.ts";

interface RollbackDialogProps {
  readonly application: string;
  readonly environment: string;
  /** What is wanted there now. */
  readonly current: string | undefined;
  readonly onClose: () => void;
}

/** Where one would return to, what that moves, and what it cannot undo. */
export function RollbackDialog({ application, environment, current, onClose }: RollbackDialogProps) {
  const { data: completed = [] } = useCompletedRollouts(application, environment);
  const [revision, setRevision] = useState<string>();
  const [quarantine, setQuarantine] = useState(false);
  const plan = useRollbackPlan(application, environment, revision);
  const change = useChange({
    send: (client, reason: string, idempotencyKey): Promise<Promotion> =>
      client("createRollback", { body: { application, environment, revision, quarantine, reason }, idempotencyKey }),
    done: (rollback) => `${application} in ${environment} goes back to ${shortRevision(rollback.revision)}.`,
    onDone: onClose,
  });
  return (
    <ChangeDialog
      title={`Roll back ${application} in ${environment}`}
      verb="Roll back"
      color="orange"
      size="xl"
      change={change}
      onClose={onClose}
      notYet={plan.data === undefined ? (plan.error?.message ?? "the plan is not there yet") : undefined}
    >
      <NativeSelect
        label="Back to"
        data={[{ value: "", label: "what completed before the present" }, ...earlier(completed, current)]}
        value={revision ?? ""}
        onChange={(event) => setRevision(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}
      />
      <Stack component="section" gap="sm" aria-label="Plan" mih={80}>
        <Asked of={plan}>{(data) => <RollbackPlan plan={data} />}</Asked>
      </Stack>
      <Checkbox
        label="Quarantine what is left behind"
        description="Nobody can roll that revision out again until somebody lifts it."
        checked={quarantine}
        onChange={(event) => setQuarantine(event.currentTarget.checked)}
      />
    </ChangeDialog>
  );
}

/** Each revision once, the newest first, without the one that is there. */
function earlier(completed: readonly Rollout[], current: string | undefined) {
  const byRevision = new Map(completed.toReversed().map((rollout) => [rollout.revision, rollout]));
  return [...byRevision.values()]
    .toReversed()
    .filter(({ revision }) => revision !== current)
    .map(({ revision, release }) => ({ value: revision, label: `${release} · ${shortRevision(revision)}` }));
}

const severityColor = { Danger: "red", Warning: "yellow", Note: "gray" } as const;

function RollbackPlan({ plan: { places } }: { readonly plan: RollbackPreview }) {
  return places.map(({ application, environment, revision, from, clusters, findings, moreFindings }) => (
    <Stack key={`${application} ${environment}`} gap="xs">
      <Text size="sm" fw={500} role="status">
        {plural(clusters, "cluster")} {clusters === 1 ? "goes" : "go"} from {from.map(shortRevision).join(", ")} back to{" "}
        {shortRevision(revision)}.
      </Text>
      {findings.length === 0 ? (
        <Text size="sm">Nothing stands in its way.</Text>
      ) : (
        <Alert color={findings.some(({ severity }) => severity === "Danger") ? "red" : "yellow"} title="What it cannot undo">
          <List size="sm" spacing={4}>
            {findings.map(({ severity, object, why, clusters: on }) => (
              <List.Item key={`${object} ${why}`}>
                <Group gap={6}>
                  <Badge variant="light" color={severityColor[severity]}>
                    {severity}
                  </Badge>
                  <span>
                    {object} on {plural(on, "cluster")}: {why}
                  </span>
                </Group>
              </List.Item>
            ))}
          </List>
          {moreFindings > 0 && <Text size="sm">and {moreFindings} more</Text>}
        </Alert>
      )}
    </Stack>
  ));
}
