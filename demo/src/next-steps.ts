import { locate } from "@drover/tools";
import type { Ready } from "./ready-file.ts";
import { writeShellFile } from "./shell-file.ts";
import type { World } from "./world.ts";

/** What a person reads when the fleet stays up: where everything is, and commands that work as they stand from the root of the clone. */
export async function nextSteps(ready: Ready, world: World): Promise<string> {
  const { gitHost, commits } = world;
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
    `  . ${await writeShellFile(ready, world)}`,
    "  ./drover get clusters",
    "  ./drover why web --environment staging",
    // Staging has proved the branch's head by the end of the story, and production does not run it yet.
    ...(commits.has("v4") ? ["  ./drover promote web --to production --revision main --wait"] : []),
    `  git clone ${gitHost.url}/fleet.git /tmp/fleet`,
    ...real.slice(0, 1).map(({ kubeconfig }) => `  ${kubectl} --kubeconfig ${kubeconfig} get deployments --all-namespaces`),
    "",
    "The application's repository is beside the fleet repository: web.git; hello.git is empty, for one of your own (README.md leads through it).",
    "Ctrl-C stops everything.",
  ].join("\n");
}
