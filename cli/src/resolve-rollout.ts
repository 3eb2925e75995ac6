import { DroverError } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import { allPages } from "./cli.ts";
import { newestRollout } from "./follow-rollout.ts";
import { refuseUnknownNames } from "./resources/unknown-names.ts";

export interface PlaceOptions {
  readonly environment?: string;
}

/** A rollout by its id, or the newest of an application in an environment. Throws OPTION_INVALID where it does not say which. */
export async function resolveRollout(client: Client, name: string, { environment }: PlaceOptions): Promise<string> {
  const id = name.replace(/^(?:rollouts?|ro)\//, "");
  if (environment === undefined && isId.test(id)) return id;
  const application = name.replace(/^(?:applications?|apps?)\//, "");
  if (environment === undefined) throw await environmentMissing(client, application);
  const newest = await newestRollout(client, application, environment);
  if (newest) return newest.id;
  await refuseUnknownNames(client, { application, environment });
  throw new DroverError(
    "not-found",
    "ROLLOUT_NOT_FOUND",
    `${application} has had no rollout in ${environment}; \`drover promote ${application} --to ${environment} --revision …\` starts one`,
  );
}

const isId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Which environment is meant is never guessed: with a second one the same line would mean something else. */
async function environmentMissing(client: Client, application: string): Promise<DroverError> {
  const places = await allPages((pageToken) =>
    client("listApplicationPlacements", { params: { application }, query: { pageSize: 500, pageToken } }),
  );
  const environments = places.map(({ environment }) => environment);
  const where = environments.length === 0 ? "no environment has it" : `it is in ${environments.join(", ")}`;
  return new DroverError("invalid", "OPTION_INVALID", `rollout of ${application}: add -e ENVIRONMENT to say which one is meant; ${where}`);
}
