import type { Application, Client, Environment, Rollout, RolloutTransition } from "@drover/proto/rest";
import { allPages } from "../cli.ts";
import { age } from "../output/cell-text.ts";
import { type Column, formatTable } from "../output/columns.ts";
import { placementPages } from "../placements/load-placements.ts";
import { placementView } from "../placements/placement-views.ts";
import type { Resource } from "../resources/resource.ts";
import { waveColumns } from "../wave-columns.ts";

/** What else there is to say about an item than its fields. */
export interface Details {
  readonly title: string;
  readonly text: string;
  /** The field that it shows, which need not be shown again. */
  readonly of?: string;
}

export async function detailsOf(client: Client, { view: { kind } }: Resource, item: unknown): Promise<readonly Details[]> {
  if (kind === "rollout") return rolloutDetails(client, item as Rollout);
  if (kind === "application") return placementDetails(client, { application: (item as Application).name });
  if (kind === "environment") return placementDetails(client, { environment: (item as Environment).name });
  return [];
}

const stepColumns: readonly Column<RolloutTransition>[] = [
  { head: "STEP", cell: ({ step }) => step },
  { head: "AGE", cell: ({ at }) => age(at) },
  { head: "EVENT", cell: ({ event }) => event },
  { head: "FROM", cell: ({ from }) => from },
  { head: "TO", cell: ({ to }) => to },
  { head: "WHO", cell: ({ actor }) => actor },
  { head: "BECAUSE", cell: ({ because }) => because?.message ?? because?.kind },
];

/** Its own steps, without those of its clusters: `rollout timeline` has them all. */
async function rolloutDetails(client: Client, { id, waves }: Rollout): Promise<readonly Details[]> {
  const steps = await allPages((pageToken) =>
    client("listRolloutTransitions", { params: { rollout: id }, query: { filter: 'NOT cluster : "*"', pageSize: 500, pageToken } }),
  );
  return [
    ...(waves.length === 0 ? [] : [{ title: "Waves", text: table(waves, waveColumns), of: "waves" }]),
    ...(steps.length === 0 ? [] : [{ title: "Steps", text: table(steps, stepColumns) }]),
  ];
}

async function placementDetails(client: Client, query: Parameters<typeof placementPages>[1]): Promise<readonly Details[]> {
  const places = [];
  for await (const page of placementPages(client, query)) places.push(...page);
  return places.length === 0 ? [] : [{ title: "Placements", text: table(places, placementView.columns) }];
}

const table = <Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string =>
  formatTable(rows, columns, { wide: false, headers: true });
