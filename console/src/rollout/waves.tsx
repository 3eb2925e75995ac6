import type { Rollout, RolloutGate, Wave } from "@drover/proto/rest";
import { Card, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import plain from "../page/plain-list.module.css";
import { countsInWords, sizeOf, wavesToShow } from "../words/rollout-words.ts";
import { isUnderWay } from "./orders.ts";
import { WaveBar } from "./wave-bar.tsx";
import { Status } from "../words/status.tsx";

interface WavesProps {
  readonly rollout: Rollout;
  readonly gates: readonly RolloutGate[];
}

/** The waves in order, each with how far its clusters are and what its gates say. */
export function Waves({ rollout, gates }: WavesProps) {
  const [skipping, setSkipping] = useState<string>();
  return (
    <Card withBorder>
      <Stack gap="md" component="ol" className={plain["list"]}>
        {wavesToShow(rollout).map((wave) => (
          <li key={wave.index}>
            <WaveRow
              wave={wave}
              phase={rollout.phase}
              gates={gates.filter((gate) => gate.wave === wave.name)}
              canSkip={canSkip(rollout, wave)}
              onSkip={() => setSkipping(wave.name)}
            />
          </li>
        ))}
      </Stack>
      {skipping !== undefined && <SkipDialog rollout={rollout} wave={skipping} onClose={() => setSkipping(undefined)} />}
    </Card>
  );
}

/** A wave is ordered by its name, while something waits in it. */
const canSkip = (rollout: Rollout, { name, targets }: Wave): boolean =>
  isUnderWay(rollout) && name !== undefined && targets.Waiting + targets.Offline > 0;

interface WaveRowProps {
  readonly wave: Wave;
  readonly phase: Rollout["phase"];
  readonly gates: readonly RolloutGate[];
  readonly canSkip: boolean;
  readonly onSkip: () => void;
}

function WaveRow({ wave: { index, name = `wave ${index + 1}`, targets }, phase, gates, canSkip, onSkip }: WaveRowProps) {
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {gates.map(({ gate, when, state }) => (
            <Text key={`${gate} ${when}`} size="sm" span>
              <Status word={state}>{`${when.toLowerCase()}: ${gate} ${state.toLowerCase()}`}</Status>
            </Text>
          ))}
        </Group>
        <Group gap="sm">
          <Text size="sm" c="dimmed">
            {sizeOf(targets) === 0 ? "waits its turn" : countsInWords(targets, phase)}
          </Text>
          {canSkip && (
            <PermittedButton wish={{ permission: "rollout.control" }} aria-label={`Skip ${name}`} onClick={onSkip}>
              Skip…
            </PermittedButton>
          )}
        </Group>
      </Group>
      <WaveBar targets={targets} size="md" />
    </Stack>
  );
}

function SkipDialog({ rollout, wave, onClose }: { readonly rollout: Rollout; readonly wave: string; readonly onClose: () => void }) {
  const change = useChange({
    send: (client, reason: string, idempotencyKey) =>
      client("skipRolloutWave", { params: { rollout: rollout.id }, body: { reason, wave }, idempotencyKey }),
    done: () => `What waits in ${wave} is left out.`,
    onDone: onClose,
  });
  const waiting = rollout.waves.find(({ name }) => name === wave)?.targets.Waiting ?? 0;
  return (
    <ChangeDialog title={`Skip wave ${wave}`} verb="Skip the wave" color="orange" change={change} onClose={onClose}>
      <Text size="sm">
        {waiting} waiting {waiting === 1 ? "cluster keeps" : "clusters keep"} what {waiting === 1 ? "it has" : "they have"}. The wave's
        gates and its soak are passed over, and the next wave begins.
      </Text>
    </ChangeDialog>
  );
}
