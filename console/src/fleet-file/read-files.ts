import type { Client } from "@drover/proto/rest";
import type { Collection, Edited, FleetFile } from "./kinds.ts";

interface FleetFiles {
  readonly items: readonly FleetFile[];
  readonly nextPageToken?: string;
}

interface Page {
  readonly query: { readonly pageSize: number; readonly pageToken: string | undefined };
  readonly signal: AbortSignal;
}

export function listFiles(client: Client, collection: Collection, page: Page): Promise<FleetFiles> {
  switch (collection) {
    case "applications":
      return client("listApplications", page);
    case "environments":
      return client("listEnvironments", page);
    case "strategies":
      return client("listStrategies", page);
    case "projects":
      return client("listProjects", page);
    case "freezes":
      return client("listFreezes", page);
  }
}

export async function readOneFile(client: Client, collection: Edited, name: string, signal: AbortSignal): Promise<FleetFile> {
  switch (collection) {
    case "settings":
      return { ...(await client("getFleetSettings", { signal })), name };
    case "applications":
      return client("getApplication", { params: { application: name }, signal });
    case "environments":
      return client("getEnvironment", { params: { environment: name }, signal });
    case "strategies":
      return client("getStrategy", { params: { strategy: name }, signal });
    case "projects":
      return client("getProject", { params: { project: name }, signal });
    case "freezes":
      return client("getFreeze", { params: { freeze: name }, signal });
  }
}
