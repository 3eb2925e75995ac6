import type { TargetCounts } from "@drover/proto/rest";
import { Progress } from "@mantine/core";
import { doneOf, sizeOf } from "../words/rollout-words.ts";

/** How far clusters are, for the eye; whoever shows it says the same in words beside it. */
export function WaveBar({ targets, size = "sm" }: { readonly targets: TargetCounts; readonly size?: string }) {
  const share = (count: number): number => (count / Math.max(1, sizeOf(targets))) * 100;
  return (
    <Progress.Root size={size} aria-hidden>
      <Progress.Section value={share(doneOf(targets))} color="teal" />
      <Progress.Section value={share(targets.Failed)} color="red" />
      <Progress.Section value={share(targets.InFlight)} color="blue" />
      <Progress.Section value={share(targets.Offline)} color="orange" />
      <Progress.Section value={share(targets.Skipped)} color="gray" />
    </Progress.Root>
  );
}
