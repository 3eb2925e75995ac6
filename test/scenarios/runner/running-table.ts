import { formatTable } from "../../../cli/src/output/columns.ts";
import { outcomes } from "./outcomes.ts";
import type { StoryFleet } from "./story-fleet.ts";

/** What every cluster really runs: asked of the agents themselves, not of the control plane. */
export function runningTable(fleet: StoryFleet): string {
  const rows = [...fleet.agents.keys()].sort().flatMap((cluster) => {
    const running = [...fleet.agent(cluster).runs.values()];
    if (running.length === 0) return [{ cluster, application: "-", revision: "-", health: "-" }];
    return running.map((assignment) => {
      const { application, revision } = assignment;
      const { health, reason, failing } = outcomes[fleet.outcomeOn(cluster, application)](assignment) as FoundCondition;
      const because = failing[0]?.reason ?? reason;
      const link = fleet.cut.has(cluster) ? " (no link)" : "";
      return {
        cluster,
        application,
        revision: fleet.sources.versionOf(revision),
        health: `${health}${because === undefined ? "" : `: ${because}`}${link}`,
      };
    });
  });
  const columns = (["cluster", "application", "revision", "health"] as const).map((key) => ({
    head: key.toUpperCase(),
    cell: (row: (typeof rows)[number]) => row[key],
  }));
  return formatTable(rows, columns, { wide: false, headers: true }).trimEnd();
}

interface FoundCondition {
  readonly health: string;
  readonly reason?: string;
  readonly failing: readonly { readonly reason: string }[];
}
