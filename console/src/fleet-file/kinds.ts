import type { Client } from "@drover/proto/rest";

/** Kinds of fleet files that the console edits, with how each is called in addresses and by people. */
export const editableKinds = {
  applications: "Application",
  environments: "Environment",
  strategies: "Strategy",
  projects: "Project",
  freezes: "Freeze",
} as const;
export type Collection = keyof typeof editableKinds;

export const collections = Object.keys(editableKinds) as readonly Collection[];
export const collectionOf = (text: string): Collection | undefined => collections.find((one) => one === text);

/** What the editor needs of an object of any kind. */
export interface FleetFile {
  readonly name: string;
  readonly spec: object;
  readonly path: string;
  readonly version: number;
  readonly updatedAt: string;
  readonly problem?: { readonly code: string; readonly message: string };
}

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

export function readOneFile(client: Client, collection: Collection, name: string, signal: AbortSignal): Promise<FleetFile> {
  switch (collection) {
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
