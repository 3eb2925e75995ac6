import type { ApiDeps } from "../deps.ts";
import type { Handlers } from "../operation.ts";

export const versionOperations = ({ version }: Pick<ApiDeps, "version">): Handlers<"getVersion"> => ({
  getVersion: async () => ({ version, node: process.version, apiVersions: ["v1"] }),
});
