import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { droverCli, type DroverCli } from "../support/drover-cli.ts";
import type { WorkTree } from "../support/git-work-tree.ts";
import { startRealAgent } from "../support/real-agent.ts";
import { startSimulatedAgent } from "../support/simulated-agent.ts";
import { waitUntil } from "../support/wait-until.ts";

// One fleet for all tests, which run in this order: a cluster with a real agent in staging, a simulated one in production.

let world: TestControlPlane;
let web: WorkTree;
let replica: Replica;
let config: string;
let drover: DroverCli;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  world = await prepareControlPlane();
  stops.push(world.stop);
  web = await world.git.clone("web");
  await world.fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "applications/web.yaml": `source: { repository: "${world.git.host.cloneUrl("web")}", path: deploy, credentialsRef: git-host }\n`,
    "environments/staging.yaml": "clusterSelector: { matchLabels: { tier: staging } }\nstrategy: quick\n",
    "environments/production.yaml": "clusterSelector: { matchLabels: { tier: production } }\nstrategy: patient\n",
    "strategies/quick.yaml": "maxFailures: 0\ndegradedGracePeriod: 1s\n",
    "strategies/patient.yaml": "waves: [{ name: all, soakTime: 10m }]\n",
  });
  replica = await world.start();
  config = join(world.folder, "cli", "config");
  drover = droverCli({ DROVER_CONFIG: config });
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const deployment = (image: string, annotations = ""): Readonly<Record<string, string>> => ({
  "deploy/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: default }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { ${annotations} } }
    spec: { containers: [{ name: server, image: "example.test/web:${image}" }] }
`,
});

test("a context is kept for its owner alone, and says which server is meant from then on", async () => {
  const target = ["--server", replica.apiUrl, "--token-file", world.tokenFile, "--ca-file", world.caFile];
  expect(await drover("config", "set-context", "test", ...target)).toMatchObject({ status: 0 });
  expect((await stat(config)).mode & 0o777).toBe(0o600);
});

test("cluster add registers a cluster and prints its token", async () => {
  for (const tier of ["staging", "production"]) {
    const { status, out, said } = await drover("cluster", "add", `${tier}-1`, "--label", `tier=${tier}`);
    expect({ status, said }).toMatchObject({ status: 0, said: expect.stringContaining("works once") as string });
    expect(out).toMatch(new RegExp(`^cluster/${tier}-1 registered as [a-z2-7]{26}\ndrv1_\\S+\n$`));
  }
  stops.push((await startRealAgent(world, replica, "staging-1")).stop);
  stops.push((await startSimulatedAgent(world, replica, replica.client(), "production-1")).stop);
});

test("promote --wait and rollout status --watch end with 0 when the rollout completes", async () => {
  const revision = await web.push(deployment("1"));
  const promoted = await drover("promote", "web", "--to", "staging", "--revision", "main", "--wait");
  expect(promoted).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^ID .*KIND.*APPLICATION[\s\S]*Completed: 1 of 1 done/) as string,
  });
  const watched = await drover("rollout", "status", "web", "--environment", "staging", "--watch");
  expect(watched).toMatchObject({ status: 0, out: expect.stringContaining("Completed: 1 of 1 done") as string });
  await world.fleet.pull();
  expect(await world.fleet.git("show", "HEAD:pins/staging/web.yaml")).toContain(revision);
});

test("a workload that crashes: exit status 1, and why names the container and the reason", async () => {
  await web.push(deployment("2", "drover.test/outcome: crash"));
  const promoted = await drover("promote", "web", "--to", "staging", "--revision", "main", "--wait", "-o", "json");
  expect(promoted).toMatchObject({
    status: 1,
    said: expect.stringMatching(/Halted: .*CrashLoopBackOff.*; see `drover why web --environment staging`/) as string,
  });
  const watched = await drover("rollout", "status", "web", "-e", "staging", "--watch");
  expect(watched).toMatchObject({ status: 1, out: expect.stringContaining("Halted: 0 of 1 done") as string });
  const why = await drover("why", "web", "--environment", "staging");
  expect(why).toMatchObject({
    status: 0,
    out: expect.stringMatching(/staging-1[\s\S]*server[\s\S]*CrashLoopBackOff[\s\S]*you can: /) as string,
  });
});

test("rollback --wait goes back to what completed before", async () => {
  const rolledBack = await drover("rollback", "web", "--environment", "staging", "--wait", "--reason", "it crashes");
  expect(rolledBack).toMatchObject({ status: 0, out: expect.stringContaining("Completed") as string });
  expect((await drover("why", "web", "--environment", "staging")).out).not.toContain("CrashLoopBackOff");
});

test("a rollout can be paused, resumed and aborted", async () => {
  const good = await web.git("rev-parse", "HEAD~1");
  const place = ["web", "--environment", "production"] as const;
  expect(await drover("promote", "web", "--to", "production", "--revision", good)).toMatchObject({ status: 0 });
  await waitUntil("its rollout is there", async () => (await drover("rollout", "status", ...place)).out.includes("Running"));
  expect((await drover("rollout", "pause", ...place)).out).toMatch(/^rollout\/\S+ Paused\n$/);
  expect((await drover("rollout", "resume", ...place)).out).toMatch(/^rollout\/\S+ Running\n$/);
  expect((await drover("rollout", "abort", ...place)).out).toMatch(/^rollout\/\S+ Aborted\n$/);
  expect(await drover("rollout", "status", ...place, "--watch")).toMatchObject({ status: 1 });
  expect(await drover("rollout", "pause", ...place)).toMatchObject({
    status: 1,
    said: expect.stringContaining("ROLLOUT_WRONG_PHASE") as string,
  });
});

test.each([
  { resource: "placements", head: /^APPLICATION +ENVIRONMENT +REVISION/, name: /^placement\/production\/web\nplacement\/staging\/web$/m },
  { resource: "environments", head: /^NAME +CLUSTERS/, name: /^environment\/production\nenvironment\/staging$/m },
  { resource: "releases", head: /^NAME +APPLICATION +REVISION/, name: /^release\/web-2\nrelease\/web-1$/m },
  { resource: "rollouts", head: /^ID +APPLICATION +ENVIRONMENT/, name: /^rollout\/[0-9a-f-]{36}$/m },
])("get $resource as a table and as names", async ({ resource, head, name }) => {
  const [table, names] = await Promise.all([drover("get", resource), drover("get", resource, "-o", "name")]);
  expect(table).toMatchObject({ status: 0, said: "", out: expect.stringMatching(head) as string });
  expect(names).toMatchObject({ status: 0, said: "", out: expect.stringMatching(name) as string });
  expect(table.out.split("\n")).toHaveLength(names.out.split("\n").length + 1);
});

test("get clusters in every form, and one by its name", async () => {
  const forms = [
    ["clusters"],
    ["clusters", "--no-headers"],
    ["clusters", "-o", "wide"],
    ["clusters", "-o", "json"],
    ["clusters", "-o", "yaml"],
  ];
  const [table, rows, wide, json, yaml] = await Promise.all(forms.map((form) => drover("get", ...form)));
  expect(table?.out).toMatch(/^NAME +STATUS .*\nproduction-1 +Connected .*\nstaging-1 +Connected .*\n$/);
  expect(rows?.out).toMatch(/^production-1 .*\nstaging-1 .*\n$/);
  expect(wide?.out).toMatch(/^NAME .* LABELS\n.* tier=production\n/);
  expect(JSON.parse(json?.out ?? "")).toMatchObject({ kind: "List", items: [{ name: "production-1" }, { name: "staging-1" }] });
  expect(yaml?.out).toMatch(/^kind: List\nitems:\n {2}- /);
  const [one, gone] = await Promise.all([drover("get", "cluster/staging-1", "-o", "json"), drover("get", "cluster", "gone")]);
  expect(JSON.parse(one.out)).toMatchObject({ name: "staging-1", state: "Connected" });
  expect(gone).toMatchObject({ status: 1, out: "", said: expect.stringContaining("CLUSTER_NOT_FOUND") as string });
});

test("a token of a viewer may look and not promote, and ends when it is revoked", async () => {
  const created = await drover("token", "create", "--subject", "auditor", "--role", "viewer", "--ttl", "1h");
  expect(created).toMatchObject({ status: 0, said: expect.stringContaining("shown once") as string });
  const viewer = droverCli({ DROVER_CONFIG: config, DROVER_TOKEN: created.out.trim() });
  expect(await viewer("get", "clusters")).toMatchObject({ status: 0 });
  const refused = await viewer("promote", "web", "--to", "staging", "--revision", "main");
  expect(refused).toMatchObject({ status: 1, out: "", said: expect.stringContaining("(PERMISSION_DENIED, request ") as string });
  const id = /^token\/(\S+)/.exec(created.said)?.[1] ?? "";
  const listed = await drover("token", "list");
  expect(listed.out).toMatch(new RegExp(`${id} +auditor +viewer`));
  expect(listed.out).not.toContain(created.out.trim());
  expect(await drover("token", "revoke", id)).toMatchObject({ status: 0, out: `token/${id} revoked\n` });
  expect(await viewer("get", "clusters")).toMatchObject({ status: 1, out: "" });
});

test("validate reads the fleet as it was cloned, and fails on the line that is wrong", async () => {
  await world.fleet.pull();
  expect(await drover("validate", world.fleet.folder)).toMatchObject({ status: 0, out: "" });
  await writeFile(join(world.fleet.folder, "environments/staging.yaml"), "clusterSelector: {}\nstrategy: gone\n");
  expect(await drover("validate", world.fleet.folder)).toMatchObject({
    status: 1,
    out: expect.stringMatching(/^environments\/staging.yaml:2:\d+: error: .*gone/) as string,
  });
});
