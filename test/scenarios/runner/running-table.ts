import { type JsonObject, memberAt } from "@drover/kit";
import { type Assignment, type Digest, unpackBundle } from "@drover/proto/wire";
import { type Column, formatTable } from "../../../cli/src/output/columns.ts";
import type { Condition } from "../../support/simulated-agent.ts";
import { outcomes } from "./outcomes.ts";
import type { StoryFleet } from "./story-fleet.ts";

interface Row {
  readonly cluster: string;
  readonly application: string;
  readonly revision: string;
  readonly replicas: string;
  readonly health: string;
}

/** What every cluster really runs: asked of the agents themselves, not of the control plane. */
export async function runningTable(fleet: StoryFleet): Promise<string> {
  const rows: Row[] = [];
  for (const cluster of [...fleet.agents.keys()].sort()) {
    const running = [...fleet.agent(cluster).runs.values()];
    for (const assignment of running) rows.push(await rowOf(fleet, cluster, assignment));
    if (running.length === 0) rows.push({ cluster, application: "-", revision: "-", replicas: "-", health: "-" });
  }
  const keys = [
    "cluster",
    "application",
    "revision",
    ...(fleet.sources.areReplicasValues() ? (["replicas"] as const) : []),
    "health",
  ] as const;
  const columns = keys.map((key): Column<Row> => ({ head: key.toUpperCase(), cell: (row) => row[key] }));
  return formatTable(rows, columns, { wide: false, headers: true }).trimEnd();
}

async function rowOf(fleet: StoryFleet, cluster: string, assignment: Assignment): Promise<Row> {
  const { application, revision } = assignment;
  const condition: Condition = outcomes[fleet.outcomeOn(cluster, application)](assignment);
  const because = condition.failing[0]?.reason ?? condition.reason;
  const link = fleet.cut.has(cluster) ? " (no link)" : "";
  return {
    cluster,
    application,
    revision: fleet.sources.versionOf(revision),
    replicas: await replicasIn(fleet, assignment),
    health: `${condition.health}${because === undefined ? "" : `: ${because}`}${link}`,
  };
}

/** Of the Deployment in the very bundle that the cluster was given. */
async function replicasIn({ world, sources }: StoryFleet, { bundle }: Assignment): Promise<string> {
  if (!sources.areReplicasValues()) return "-";
  const { rows } = await world.controlPlane.database.query<{ gzip: Buffer }>({
    text: "select gzip from bundles where digest = $1",
    values: [bundle.sha256],
  });
  const objects: readonly JsonObject[] = rows[0] === undefined ? [] : unpackBundle(bundle.sha256 as Digest, rows[0].gzip);
  return String(memberAt(objects[0], "spec", "replicas"));
}
