import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { type DroverCli, droverCli } from "../support/drover-cli.ts";
import { commandsIn } from "../support/guide-commands.ts";
import type { WorkTree } from "../support/git-work-tree.ts";
import { readGuide } from "../support/guide-reader.ts";
import { startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

// The guides for what a user does first, typed line by line.

const stops: (() => Promise<void>)[] = [];
let folder: string;
let world: TestControlPlane;
let replica: Replica;
let api: Client;
let drover: DroverCli;
let web: WorkTree;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drover-guides-"));
  world = await prepareControlPlane();
  web = await pushSmallFleet(world, ["eu-1"]);
  replica = await world.start({ DROVER_SOURCE_POLL: "1s" });
  api = replica.client();
  drover = droverCli({ DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: world.tokenFile, DROVER_CA_FILE: world.caFile });
  await waitUntil("the fleet is projected", async () => (await api("listClusters")).items.length === 1);
  stops.push((await startSimulatedAgent(world, replica, api, "eu-1")).stop);
  const { id } = await promote(api, await web.push(webFiles("1")));
  await untilCompleted(api, id);
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
  await world.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What is typed in a cluster is typed in one: server-chart-install. */
const isDrover = (line: string): boolean => line.startsWith("drover ");

test("connect a repository", async () => {
  const guide = readGuide("connect-a-repository.md", () => drover);
  const shop = await world.git.clone("shop");
  await shop.push(webFiles("1"));
  const file = join(folder, "shop.yaml");
  await writeFile(file, (guide.files.get("shop.yaml") ?? "").replace("https://git.example.com/shop.git", world.git.host.cloneUrl("shop")));
  const applied = await guide.run('drover apply --reason "shop goes to the fleet" -f shop.yaml', { "shop.yaml": file });
  expect(applied.out).toContain("application/shop created");
  expect((await guide.run("drover rollout plan shop -e production --revision main")).out).toContain("eu-1");
  expect((await guide.run("drover get applications shop")).out).toContain("shop");
  await guide.run("drover why shop");
  expect(guide.unused()).toEqual([]);
});

test("add a cluster", async () => {
  const guide = readGuide("add-a-cluster.md", () => drover);
  expect((await guide.run("drover cluster add eu-2 --label tier=production --label region=eu")).out).toContain("cluster/eu-2 registered");
  expect((await guide.run("drover get environments -o wide")).out).toContain("production");
  expect((await guide.run("drover why cluster/eu-2")).out).toContain("NotEnrolled");
  await guide.run("drover cluster token eu-2");
  const waiting = guide.run("drover wait cluster/eu-2 --for=state=Connected --timeout 2m");
  stops.push((await startSimulatedAgent(world, replica, api, "eu-2")).stop);
  await waiting;
  expect((await guide.run("drover get clusters eu-2 -o wide")).out).toContain("Connected");
  expect(guide.unused().filter(isDrover)).toEqual([]);
});

test("promote", async () => {
  const guide = readGuide("promote.md", () => drover);
  const revision = await web.push(webFiles("2"));
  expect((await guide.run("drover rollout plan web --environment production --revision REVISION", { REVISION: revision })).out).toContain(
    "eu-1",
  );
  const line = 'drover promote web --to production --revision REVISION --reason "the new price list" --wait';
  expect((await guide.run(line, { REVISION: revision })).out).toContain("Completed");
  await guide.run("drover rollout status web --environment production --watch");
  expect((await guide.run("drover get releases --application web")).out).toContain("web-2");
  expect((await guide.run("drover get promotions --application web")).out).toContain(revision.slice(0, 7));
  expect((await guide.run("drover history web --environment production")).out).toContain(revision.slice(0, 7));
  expect(guide.unused()).toEqual([]);
});

test("find out why", async () => {
  const guide = readGuide("find-out-why.md", () => drover);
  const [rollout] = (await api("listRollouts", { query: { application: "web" } })).items;
  await guide.run("drover why web");
  await guide.run("drover why web --environment production");
  expect((await guide.run("drover why web --cluster eu-1")).out).toContain("Synced and Healthy");
  await guide.run("drover why cluster/eu-1");
  await guide.run("drover why rollout/ROLLOUT", { ROLLOUT: rollout?.id ?? "" });
  expect((await guide.run("drover rollout status web --environment production")).out).toContain("Completed");
  expect((await guide.run("drover history web --environment production")).out).toContain("eu-1");
  await guide.run("drover drift --cluster eu-1");
  // Asked of a real agent elsewhere: ask-a-cluster.md.
  expect(guide.unused()).toEqual(["drover tree web --cluster eu-1", "drover diff web --cluster eu-1", "drover events web --cluster eu-1"]);
});

test("give a token less power", async () => {
  const guide = readGuide("access.md", () => drover);
  const { out: ci } = await guide.run("drover token create --subject ci --role operator --ttl 30d");
  await guide.run("drover token create --subject wallboard --role viewer --ttl 365d");
  await guide.run("drover token create --subject ada@example.com --role operator --approve production");
  expect((await guide.run("drover auth whoami")).out).toContain("admin");
  expect((await guide.run("drover auth can-i")).out).toContain("token.manage");
  expect((await guide.run("drover token list")).out).toContain("ada@example.com");
  const asCi = replica.client(ci.trim());
  expect(await asCi("whoAmI")).toMatchObject({ actor: "users/ci", role: "operator" });
  const { items } = await api("listApiTokens");
  await guide.run("drover token revoke TOKEN", { TOKEN: items.find(({ subject }) => subject === "ci")?.id ?? "" });
  await waitUntil(
    "it counts for nothing",
    () =>
      asCi("whoAmI").then(
        () => false,
        () => true,
      ),
    5_000,
  );
  expect(guide.unused()).toEqual([]);
});

test("upgrade", async () => {
  const guide = readGuide("upgrade.md", () => drover);
  expect((await guide.run("drover version")).out).toContain("server");
  await guide.run("drover check");
  expect(guide.unused().filter(isDrover)).toEqual([]);
});

/** They are for trouble that is not here: that their commands are understood is what a test can see. */
const runbooks = ["rollout-stands-still", "nothing-follows-a-push", "cluster-offline", "drift-comes-back", "stop-everything"];
test.each(runbooks)("the runbook %s says commands that there are", async (name) => {
  for (const block of commandsIn(`../runbooks/${name}.md`))
    for (const line of block.trim().split("\n")) {
      const [, ...args] = [...line.matchAll(/"([^"]*)"|'([^']*)'|\S+/g)].map(([given, double, single]) => double ?? single ?? given);
      const { said } = await drover(...args);
      expect([line, said]).toEqual([line, expect.not.stringMatching(/unknown (command|option)|missing required|required option|too many/)]);
    }
});
