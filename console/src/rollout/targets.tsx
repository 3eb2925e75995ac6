import type { Rollout, RolloutTarget, TargetState } from "@drover/proto/rest";
import { Chip, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { useUnwell } from "../queries/unwell.ts";
import { TargetDialog, type TargetOrder } from "./target-dialog.tsx";
import { TargetTable } from "./target-table.tsx";
import { countStates, mayHaveTrouble, targetsToShow, troublesByCluster } from "./target-words.ts";

interface TargetsProps {
  readonly rollout: Rollout;
  readonly targets: readonly RolloutTarget[];
  /** There are more than were asked for. */
  readonly cut: boolean;
}

/** Every cluster's part in the rollout, live. */
export function Targets({ rollout, targets, cut }: TargetsProps) {
  const [state, setState] = useState<TargetState>();
  const [text, setText] = useState("");
  const [ordering, setOrdering] = useState<{ readonly order: TargetOrder; readonly cluster: string }>();
  const troubles = useTroubles(rollout, targets);
  const shown = useMemo(() => targetsToShow(targets, { state, text }), [targets, state, text]);
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <TextInput
          size="xs"
          w={220}
          aria-label="Filter clusters by name"
          placeholder="cluster"
          data-page-filter
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Chip.Group value={state ?? ""} onChange={(value) => setState(value === "" ? undefined : (value as TargetState))}>
          <Group gap={6} role="radiogroup" aria-label="State">
            <Chip size="xs" value="">
              All {targets.length}
            </Chip>
            {countStates(targets).map(([word, count]) => (
              <Chip key={word} size="xs" value={word}>
                {word} {count}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <Text size="sm" c="dimmed" role="status">
          {shown.length} shown{cut ? "; there are more than this page reads" : ""}
        </Text>
      </Group>
      <TargetTable rollout={rollout} targets={shown} troubles={troubles} onOrder={(order, cluster) => setOrdering({ order, cluster })} />
      {ordering !== undefined && <TargetDialog rollout={rollout} {...ordering} onClose={() => setOrdering(undefined)} />}
    </Stack>
  );
}

/** What keeps clusters, by their ids: asked where one has failed, or is not done yet and may say why. */
function useTroubles({ application, environment }: Rollout, targets: readonly RolloutTarget[]): ReadonlyMap<string, string> {
  const isAny = targets.some(({ state }) => mayHaveTrouble(state));
  const statuses = useUnwell({ application, environment }, isAny);
  return useMemo(() => troublesByCluster(targets, statuses), [targets, statuses]);
}
