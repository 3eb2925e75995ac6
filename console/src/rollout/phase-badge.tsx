import type { Rollout } from "@drover/proto/rest";
import { Badge } from "@mantine/core";
import {
  type Icon,
  IconArrowBackUp,
  IconCircleCheck,
  IconClock,
  IconHandStop,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerTrackNext,
  IconX,
} from "@tabler/icons-react";
import { phaseColor } from "../words/rollout-words.ts";

const shape: Readonly<Record<Rollout["phase"], Icon>> = {
  Pending: IconClock,
  Running: IconPlayerPlay,
  Paused: IconPlayerPause,
  Halted: IconHandStop,
  RollingBack: IconArrowBackUp,
  Completed: IconCircleCheck,
  RolledBack: IconArrowBackUp,
  Superseded: IconPlayerTrackNext,
  Aborted: IconX,
};

/** A rollout's phase by colour, shape and word. */
export function PhaseBadge({ phase }: { readonly phase: Rollout["phase"] }) {
  const Shape = shape[phase];
  return (
    <Badge variant="light" color={phaseColor[phase]} flex="none" leftSection={<Shape size={12} aria-hidden />}>
      {phase}
    </Badge>
  );
}
