import type { TargetCounts } from "@drover/proto/rest";
import { doneOf } from "../words/rollout-words.ts";
import classes from "./fleet.module.css";

/** How far a rollout is. The words beside it say the same. */
export function TargetBar({ targets }: { readonly targets: TargetCounts }) {
  const parts = [
    [doneOf(targets), "teal"],
    [targets.Failed, "red"],
    [targets.InFlight, "blue"],
    [targets.Offline, "orange"],
  ] as const;
  return (
    <div className={classes["bar"]} data-thin aria-hidden>
      {parts.map(([count, color]) => (
        <span key={color} style={{ flexGrow: count, background: `var(--drover-fill-${color})` }} />
      ))}
      <span style={{ flexGrow: targets.Waiting }} />
    </div>
  );
}
