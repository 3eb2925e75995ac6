import { createHmac } from "node:crypto";
import type { Rollout } from "@drover/proto/rest";
import { expect, onTestFinished, test } from "vitest";
import { prepareControlPlane, type Replica, webhookSecret } from "../support/control-plane.ts";
import { startRealAgent } from "../support/real-agent.ts";
import { waitUntil } from "../support/wait-until.ts";

/** Far below the poll of three minutes: only the webhook can have been so quick. */
const withinMs = 20_000;

test("a push that mends what the last one broke supersedes the halted rollout by itself", { timeout: 90_000 }, async () => {
  const world = await prepareControlPlane();
  onTestFinished(world.stop);
  const web = await world.git.clone("web");
  await world.fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "applications/web.yaml": `source: { repository: "${world.git.host.cloneUrl("web")}", path: deploy, credentialsRef: git-host }\n`,
    "environments/staging.yaml": "clusterSelector: {}\nstrategy: quick\ntrack: head\n",
    "strategies/quick.yaml": "maxFailures: 0\ndegradedGracePeriod: 1s\n",
  });
  const replica = await world.start();
  const api = replica.client();
  await api("createCluster", { body: { name: "staging-1", labels: {}, reason: "test" } });
  onTestFinished((await startRealAgent(world, replica, "staging-1")).stop);
  const untilRollout = (revision: string, phase: Rollout["phase"]): Promise<Rollout> => {
    const look = async (): Promise<Rollout | undefined> =>
      (await api("listRollouts", { query: { application: "web" } })).items.find((one) => one.revision === revision && one.phase === phase);
    return waitUntil(`the rollout of ${revision} is ${phase}`, look, withinMs);
  };

  const push = async (outcome: "crash" | "ready"): Promise<string> => {
    const commit = await web.push(deployment(outcome));
    await tellOfPush(replica, world.git.host.cloneUrl("web"));
    return commit;
  };

  const broken = await push("crash");
  const halted = await untilRollout(broken, "Halted");
  const why = await api("explain", { query: { application: "web", environment: "staging" } });
  expect(JSON.stringify(why.links)).toMatch(/container server.*CrashLoopBackOff/);

  const mended = await push("ready");
  await untilRollout(mended, "Completed");
  expect(await api("getRollout", { params: { rollout: halted.id } })).toMatchObject({ phase: "Superseded" });
  const after = await api("explain", { query: { application: "web", environment: "staging" } });
  expect(JSON.stringify(after.links)).not.toContain("CrashLoopBackOff");
  // A followed branch is no commit in the fleet repository, and no pin.
  await world.fleet.pull();
  expect(await world.fleet.git("ls-files", "pins")).toBe("");
});

/** As a git host's webhook does, in GitHub's form. */
async function tellOfPush({ apiUrl, fetch }: Replica, cloneUrl: string): Promise<void> {
  const body = JSON.stringify({ ref: "refs/heads/main", repository: { clone_url: cloneUrl } });
  const signature = `sha256=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`;
  const headers = { "content-type": "application/json", "x-github-event": "push", "x-hub-signature-256": signature };
  const answer = await fetch(`${apiUrl}/v1/webhooks/github`, { method: "POST", headers, body });
  expect(answer.status).toBe(202);
}

const deployment = (outcome: "crash" | "ready"): Readonly<Record<string, string>> => ({
  "deploy/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: default }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { drover.test/outcome: ${outcome} } }
    spec: { containers: [{ name: server, image: "example.test/web:1" }] }
`,
});
