import type { Body, Client, FleetEdit } from "@drover/proto/rest";
import { type Edited, editableKinds } from "./kinds.ts";

/** A file as it is to be. Without a version it is a new one. */
export interface Edit {
  readonly collection: Edited;
  readonly name: string;
  readonly version: number | undefined;
  readonly spec: object;
  readonly reason: string;
}

/** Commits an edit; with `validateOnly` it only says what would be committed, and what is wrong with it. */
export async function sendEdit(
  client: Client,
  { collection, name, version, spec, reason }: Edit,
  validateOnly: boolean,
): Promise<FleetEdit> {
  const query = validateOnly ? { validateOnly } : {};
  // What somebody typed: the server judges its shape and names the line.
  if (collection === "settings")
    return client("replaceFleetSettings", { query, ifMatch: version, body: { spec, reason } as Body<"replaceFleetSettings"> });
  if (version === undefined) {
    const body = { name, spec, reason };
    switch (editableKinds[collection]) {
      case "Application":
        return client("createApplication", { query, body: body as Body<"createApplication"> });
      case "Environment":
        return client("createEnvironment", { query, body: body as Body<"createEnvironment"> });
      case "Strategy":
        return client("createStrategy", { query, body: body as Body<"createStrategy"> });
      case "Project":
        return client("createProject", { query, body: body as Body<"createProject"> });
      case "Freeze":
        return client("createFreeze", { query, body: body as Body<"createFreeze"> });
    }
  }
  const body = { spec, reason };
  const ifMatch = version;
  switch (editableKinds[collection]) {
    case "Application":
      return client("replaceApplication", { params: { application: name }, query, ifMatch, body: body as Body<"replaceApplication"> });
    case "Environment":
      return client("replaceEnvironment", { params: { environment: name }, query, ifMatch, body: body as Body<"replaceEnvironment"> });
    case "Strategy":
      return client("replaceStrategy", { params: { strategy: name }, query, ifMatch, body: body as Body<"replaceStrategy"> });
    case "Project":
      return client("replaceProject", { params: { project: name }, query, ifMatch, body: body as Body<"replaceProject"> });
    case "Freeze":
      return client("replaceFreeze", { params: { freeze: name }, query, ifMatch, body: body as Body<"replaceFreeze"> });
  }
}
