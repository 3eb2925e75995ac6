import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { locate } from "@drover/tools";
import type { Ready } from "./ready-file.ts";
import type { World } from "./world.ts";

/** What a person reads when the fleet stays up: where everything is, and commands that work as they stand from the root of the clone. */
export async function nextSteps(ready: Ready, { gitHost, commits }: World): Promise<string> {
  const real = ready.clusters.filter(({ kubeconfig }) => kubeconfig !== undefined);
  const kubectl = real.length === 0 ? "" : await locate("kubectl");
  return [
    "",
    `API         ${ready.api}`,
    `console     ${ready.console}  (sign in with what is in the token file)`,
    `gRPC        ${ready.grpc}`,
    `CA          ${ready.caFile}`,
    `token       ${ready.tokenFile}`,
    `data, logs  ${ready.dataDir}`,
    ...real.map(({ name, kubeconfig }) => `kubeconfig  ${kubeconfig}  (${name})`),
    "",
    "Try, in another terminal:",
    `  export DROVER_CONFIG=${await writeContext(ready)}`,
    "  ./drover get clusters",
    "  ./drover why web --environment staging",
    // Staging has proved the branch's head by the end of the story, and production does not run it yet.
    ...(commits.has("v4") ? ["  ./drover promote web --to production --revision main --wait"] : []),
    `  git clone -c credential.helper='store --file=${gitHost.credentialFile}' ${gitHost.url}/fleet.git /tmp/fleet`,
    ...real.slice(0, 1).map(({ kubeconfig }) => `  ${kubectl} --kubeconfig ${kubeconfig} get deployments --all-namespaces`),
    "",
    "The application's repository is beside the fleet repository: web.git. Ctrl-C stops everything.",
  ].join("\n");
}

/** A context file for the command line, so that a person need not assemble one. */
async function writeContext({ api, caFile, tokenFile, dataDir }: Ready): Promise<string> {
  const file = join(dataDir, "cli-config");
  const context = { name: "demo", server: api, caFile, tokenFile };
  await writeFile(file, `${JSON.stringify({ currentContext: "demo", contexts: [context] }, undefined, 2)}\n`, { mode: 0o600 }); // JSON is YAML
  return file;
}
