import { createKube, kubeconfigConnection, startAgent } from "@drover/agent";
import { parseClusterId } from "@drover/kit";
import { createLog, systemClock } from "@drover/kit/node";
import { TestControlPlane } from "../../agent/test/support/control-plane.ts";
import { assignment, configMap, token } from "../../agent/test/support/fleet.ts";

// An agent in a process of its own, with a control plane beside it, for tests that stop processes. It keeps one ConfigMap in
// place and says `synced`, and `replaced` when another agent has taken over.

const [kubeconfig = "", namespace = "", agentNamespace = "", holder = "", cluster = ""] = process.argv.slice(2);
const controlPlane = new TestControlPlane(systemClock, parseClusterId(cluster));
const kube = createKube({ connection: await kubeconfigConnection(kubeconfig) });
const agent = await startAgent({
  kube,
  enrolment: controlPlane.enrolment,
  connect: controlPlane.connect,
  clock: systemClock,
  random: Math.random,
  log: createLog("agent", "silent"),
  namespace: agentNamespace,
  holder,
  enrolmentToken: token,
  agentVersion: "0.1.0",
  kubernetesVersion: await kube.version(AbortSignal.timeout(10_000)),
});
void agent.replaced.then(async () => {
  process.stdout.write("replaced\n");
  await agent.stop();
  process.exit(3);
});
controlPlane.assign(assignment(controlPlane.bundle([configMap("guarded")]), { namespace }));
for (let told = false; ; await systemClock.sleep(50, new AbortController().signal)) {
  const isSynced = agent.statuses()[0]?.sync === "Synced";
  if (isSynced && !told) process.stdout.write("synced\n");
  told ||= isSynced;
}
