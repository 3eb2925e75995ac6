import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Ready } from "./ready-file.ts";

/** Writes a context file for the command line, so that a person need not assemble one. Answers its path. */
export async function writeContext({ api, caFile, tokenFile, dataDir }: Ready): Promise<string> {
  const file = join(dataDir, "cli-config");
  const context = { name: "demo", server: api, caFile, tokenFile };
  await writeFile(file, `${JSON.stringify({ currentContext: "demo", contexts: [context] }, undefined, 2)}\n`, { mode: 0o600 }); // JSON is YAML
  await chmod(file, 0o600);
  return file;
}

/** What a person reads when the fleet stays up. */
export function nextSteps(ready: Ready, contextFile: string): string {
  const real = ready.clusters.filter(({ kubeconfig }) => kubeconfig !== undefined);
  const kubectl = real[0] === undefined ? [] : [`  kubectl --kubeconfig ${real[0].kubeconfig} get deployments -n web`];
  return [
    "",
    `API         ${ready.api}`,
    `gRPC        ${ready.grpc}`,
    `CA          ${ready.caFile}`,
    `token       ${ready.tokenFile}`,
    `data, logs  ${ready.dataDir}`,
    ...real.map(({ name, kubeconfig }) => `kubeconfig  ${kubeconfig}  (${name})`),
    "",
    "Try, in another terminal:",
    `  export DROVER_CONFIG=${contextFile}`,
    "  ./drover get clusters",
    "  ./drover get rollouts",
    "  ./drover why web -e production",
    ...kubectl,
    "",
    "Ctrl-C stops everything and removes it.",
  ].join("\n");
}
