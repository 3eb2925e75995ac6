import { Text } from "@mantine/core";
import { standingColor, type Tally } from "../words/standing.ts";
import { Status } from "../words/status.tsx";
import classes from "./fleet.module.css";

/** How the clusters stand: as a bar for the eye, as counted words for everybody. */
export function StandingBar({ counts }: { readonly counts: Tally }) {
  return (
    <div className={classes["bar"]} aria-hidden>
      {counts.map(([standing, count]) => (
        <span
          key={standing}
          className={classes["part"]}
          style={{ flexGrow: count, background: `var(--drover-fill-${standingColor[standing]})` }}
        />
      ))}
    </div>
  );
}

export function StandingWords({ counts }: { readonly counts: Tally }) {
  if (counts.length === 0)
    return (
      <Text size="xs" c="dimmed">
        No cluster has labels that match.
      </Text>
    );
  return (
    <Text size="xs" component="div" className={classes["legend"]}>
      {counts.map(([standing, count]) => (
        <Status key={standing} word={standing}>
          {count.toLocaleString()} {standing}
        </Status>
      ))}
    </Text>
  );
}
