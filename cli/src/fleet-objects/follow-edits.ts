import { DroverError } from "@drover/kit";
import type { Client, FleetEdit } from "@drover/proto/rest";
import { allPages, type Cli } from "../cli.ts";
import type { FollowOptions } from "../follow-rollout.ts";
import type { Place } from "../promotions/beginning.ts";
import { followMoves, type Move } from "../promotions/follow-promotion.ts";
import { nameOfEdit } from "./show-edits.ts";

/** Waits until every place that the edits may move is where it should be. Exit status 1 where it does not come there. */
export async function followEdits(client: Client, cli: Cli, edits: readonly FleetEdit[], options: FollowOptions): Promise<void> {
  const moves = new Map<string, Move>();
  for (const edit of edits.filter(({ result }) => result === "Created" || result === "Changed"))
    for (const place of await placesOf(client, edit)) {
      if (edit.commit === undefined) throw stillWritten(edit);
      // The last of several that move a place is what it comes to.
      const change = { state: "Committed", commit: edit.commit, since: undefined } as const;
      moves.set(`${place.environment}/${place.application}`, { place, load: () => Promise.resolve(change) });
    }
  await followMoves(client, cli, { what: "edit", moves: [...moves.values()] }, options);
}

const stillWritten = (edit: FleetEdit): DroverError =>
  new DroverError(
    "timeout",
    "FLEET_WRITE_TIMEOUT",
    `wait for ${nameOfEdit(edit)}: its commit is still being written; see \`drover get rollouts\` in a while`,
  );

/** Where something may move because of an edit. The other kinds say how rollouts go, and begin none; a new cluster joins without one. */
async function placesOf(client: Client, { kind, name, result }: FleetEdit): Promise<readonly Place[]> {
  if (kind === "Application") return wanted(client, await placesOfApplication(client, name));
  if (kind === "Environment") return wanted(client, await placesIn(client, name));
  if (kind !== "Cluster" || result === "Created") return [];
  const { environments } = await client("getCluster", { params: { cluster: name } });
  return wanted(client, (await Promise.all(environments.map((environment) => placesIn(client, environment)))).flat());
}

const placesOfApplication = (client: Client, application: string): Promise<readonly Place[]> =>
  allPages((pageToken) => client("listApplicationPlacements", { params: { application }, query: { pageSize: 500, pageToken } }));

const placesIn = (client: Client, environment: string): Promise<readonly Place[]> =>
  allPages((pageToken) => client("listPlacements", { params: { environment }, query: { pageSize: 500, pageToken } }));

/** Those that git asks for anything: nothing ever moves in the others. */
async function wanted(client: Client, places: readonly Place[]): Promise<readonly Place[]> {
  const asked: Place[] = [];
  for (const { application, environment } of places)
    if (await isWanted(client, { application, environment })) asked.push({ application, environment });
  return asked;
}

async function isWanted(client: Client, place: Place): Promise<boolean> {
  try {
    await client("previewRollout", { body: place });
    return true;
  } catch (error) {
    if (error instanceof DroverError && error.code === "NOT_PLACED") return false;
    throw error;
  }
}
