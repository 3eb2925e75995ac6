import { unfiltered } from "../../../control-plane/src/app/page.ts";
import { createClusterReads } from "../../../control-plane/src/adapters/pg/cluster/cluster-reads.ts";
import type { Database } from "../../../control-plane/src/adapters/pg/database.ts";
import { loadFleetSummary } from "../../../control-plane/src/adapters/pg/fleet/fleet-summary.ts";
import { searchFleet } from "../../../control-plane/src/adapters/pg/fleet/search-fleet.ts";
import { createStatusReads } from "../../../control-plane/src/adapters/pg/report/status-reads.ts";
import { parseFilter } from "@drover/proto/rest";
import { applicationName, clusterName, type FleetSize } from "./fleet-rows.ts";

export interface Question {
  readonly id: string;
  readonly name: string;
  readonly path: (turn: number) => string;
  /** The same without HTTP: the statements, their rows and their shapes. */
  readonly bare: (turn: number) => Promise<unknown>;
  /** What is wrong with an answer, if anything is. */
  readonly check: (answer: Answer) => string | undefined;
}

export interface Answer {
  readonly items?: readonly Readonly<Record<string, unknown>>[];
  readonly clusters?: { readonly total: number };
  readonly health?: Readonly<Record<string, number>>;
}

/** What the console and scripts ask for most, each time about another part of the fleet. */
export function questionsOf(database: Database, { clusters, applications }: FleetSize): readonly Question[] {
  const [clusterReads, statusReads] = [createClusterReads(database), createStatusReads(database)];
  const some = (turn: number): number => (turn * 7919) % clusters;
  const first = unfiltered({ size: 50, after: undefined });
  const filtered = (filter: string) => ({ ...first, filter: parseFilter(filter) });
  const has = (count: number) => (answer: Answer) =>
    answer.items?.length === count ? undefined : `${answer.items?.length} items in place of ${count}`;
  return [
    {
      id: "f1",
      name: "50 clusters with how their applications do",
      path: (turn) => `/v1/clusters?pageSize=50&filter=${encodeURIComponent(`name >= "${clusterName(some(turn) % (clusters - 60))}"`)}`,
      bare: (turn) => clusterReads.list(filtered(`name >= "${clusterName(some(turn) % (clusters - 60))}"`)),
      check: has(50),
    },
    {
      id: "f2",
      name: `the ${applications} statuses of one cluster`,
      path: (turn) => `/v1/statuses?cluster=${clusterName(some(turn))}`,
      bare: async (turn) => {
        const id = await clusterReads.idOf(clusterName(some(turn)));
        return statusReads.statuses({ ...unfiltered({ size: 100, after: undefined }), filter: parseFilter(`clusterId = "${id}"`) });
      },
      check: has(Math.min(100, applications)),
    },
    {
      id: "f3",
      name: "50 clusters by their labels",
      path: (turn) => `/v1/clusters?pageSize=50&labels=${encodeURIComponent(`env=production,site=s${turn % 500}`)}`,
      bare: (turn) =>
        clusterReads.list({
          ...first,
          labels: {
            matchExpressions: [["env", "production"] as const, ["site", `s${turn % 500}`] as const].map(([key, value]) => ({
              key,
              operator: "In",
              values: [value],
            })),
          },
        }),
      check: (answer) =>
        answer.items?.every((cluster) => (cluster["labels"] as Record<string, string>)["env"] === "production") === true
          ? undefined
          : "a label is wrong",
    },
    {
      id: "f4",
      name: "the first 50 that are Degraded",
      path: () => "/v1/statuses?pageSize=50&health=Degraded",
      bare: () => statusReads.statuses(filtered("health = Degraded")),
      check: (answer) => (answer.items?.every(({ health }) => health === "Degraded") === true ? undefined : "one of another health"),
    },
    {
      id: "f5",
      name: "one application across the fleet, 50 of its statuses",
      path: (turn) => `/v1/statuses?pageSize=50&application=${applicationName(turn % applications)}`,
      bare: (turn) => statusReads.statuses(filtered(`application = "${applicationName(turn % applications)}"`)),
      check: has(50),
    },
    {
      id: "f6",
      name: "the fleet in numbers",
      path: () => "/v1/fleet/summary",
      bare: () => loadFleetSummary(database),
      check: (answer) => {
        const sum = Object.values(answer.health ?? {}).reduce((all, n) => all + n, 0);
        return sum === clusters * applications && answer.clusters?.total === clusters
          ? undefined
          : `${sum} statuses of ${clusters * applications}`;
      },
    },
    {
      id: "search",
      name: "a part of a name",
      path: (turn) => `/v1/search?q=${String(some(turn)).padStart(5, "0").slice(0, 4)}`,
      bare: (turn) => searchFleet(database, String(some(turn)).padStart(5, "0").slice(0, 4)),
      check: (answer) => ((answer.items?.length ?? 0) > 0 ? undefined : "nothing found"),
    },
  ];
}
