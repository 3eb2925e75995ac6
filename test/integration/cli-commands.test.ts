import { execFile, spawn } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandLine } from "../support/command-line.ts";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import type { DroverCli } from "../support/drover-cli.ts";
import { readGuide } from "../support/guide-reader.ts";
import { shared } from "../support/shared.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { startSimulatedAgent } from "../support/simulated-agent.ts";
import { waitUntil } from "../support/wait-until.ts";

// One fleet for all tests: two clusters that run `web`, which was rolled out once.

let world: TestControlPlane;
let replica: Replica;
let drover: DroverCli;
let rollout: string;
const stops: (() => Promise<void>)[] = [];
const clusters = ["eu-1", "us-1"];

beforeAll(async () => {
  world = await prepareControlPlane();
  stops.push(world.stop);
  const web = await pushSmallFleet(world, clusters);
  replica = await world.start();
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === clusters.length, 30_000);
  for (const name of clusters) stops.push((await startSimulatedAgent(world, replica, api, name)).stop);
  const revision = await web.push(webFiles("1"));
  ({ id: rollout } = await promote(api, revision));
  await untilCompleted(api, rollout);
  drover = commandLine(environment());
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const environment = () => ({
  DROVER_CONFIG: join(world.folder, "cli", "config"),
  DROVER_SERVER: replica.apiUrl,
  DROVER_TOKEN_FILE: world.tokenFile,
  DROVER_CA_FILE: world.caFile,
});

const output = async (...args: readonly string[]): Promise<string> => {
  const { status, out, said } = await drover(...args);
  expect([args.join(" "), status, status === 0 ? "" : said]).toEqual([args.join(" "), 0, ""]);
  return out;
};

test("jsonpath, custom columns, selectors and orders are kubectl's", async () => {
  expect(await output("get", "clusters", "-o", "jsonpath={.items[*].name}")).toBe("eu-1 us-1");
  expect(await output("get", "cl", "-o", 'jsonpath={range .items[*]}{.name}={.state}{"\\n"}{end}')).toBe(
    "eu-1=Connected\nus-1=Connected\n",
  );
  expect(await output("get", "clusters", "-o", "custom-columns=CLUSTER:.name,WAVE:.labels.wave")).toBe(
    "CLUSTER   WAVE\neu-1      wave-0\nus-1      wave-0\n",
  );
  expect(await output("get", "clusters", "-o", "name", "--field-selector", "name!=eu-1,state=Connected")).toBe("cluster/us-1\n");
  expect(await output("get", "clusters", "-o", "name", "--filter", 'name : "eu"')).toBe("cluster/eu-1\n");
  expect(await output("get", "clusters", "-o", "name", "-l", "tier=none")).toBe("");
  expect(await output("get", "clusters", "us-1", "cluster/eu-1", "-o", "name")).toBe("cluster/us-1\ncluster/eu-1\n");
  expect(await output("get", "clusters", "--show-labels", "--no-headers")).toMatch(/tier=production,wave=wave-0$/m);
  expect(await drover("get", "releases", "--cluster", "eu-1")).toMatchObject({ status: 2, out: "" });
  expect(await drover("get", "clusters", "-o", "jsonpath={.items[")).toMatchObject({ status: 2, out: "" });
  expect(await drover("get", "clusters", "--field-selector", "colour=red")).toMatchObject({
    status: 2,
    said: expect.stringContaining("LIST_FIELD_UNKNOWN") as string,
  });
});

test("applications are shown by environment, with how far each is; machines get the applications themselves", async () => {
  const row =
    /^NAME +ENVIRONMENT +REVISION +SYNC +HEALTH +CLUSTERS +ROLLOUT +AGE +PROBLEM\nweb +production +[0-9a-f]{7} +Synced +Healthy +2\/2 +Completed +\d+[sm]\S* +<none>\n$/;
  expect(await output("get", "applications")).toMatch(row);
  expect(await output("get", "app/web", "-e", "production")).toMatch(row);
  expect(await output("get", "apps", "-o", "wide")).toMatch(/ PATH .*\n.* deploy /);
  expect(JSON.parse(await output("get", "apps", "-o", "json"))).toMatchObject({ items: [{ name: "web", spec: { source: {} } }] });
  expect(await output("get", "apps", "-e", "production", "-o", "name")).toBe("application/web\n");
  expect(await output("get", "pl", "-a", "web", "-o", "name")).toBe("placement/production/web\n");
  expect(await output("get", "pl/production/web", "-o", "jsonpath={.summary.proven}")).toBe("2");
});

test("a commit has the same seven letters in every table", async () => {
  const revision = await output("get", "releases", "-o", "jsonpath={.items[0].revision}");
  const short = revision.slice(0, 7);
  expect(await output("get", "releases", "-a", "web")).toContain(` ${short} `);
  expect(await output("get", "promotions")).toMatch(new RegExp(` ${short} +\\S+ +[0-9a-f]{7}\n`));
  expect(await output("history", "outliers", "web", "-e", "production").catch(String)).toContain(` ${short} `);
});

test.each([
  { line: "get statuses -a webs", says: "application webs: the fleet repository has none with this name; did you mean web?" },
  {
    line: "get st -e prodution -o json",
    says: "environment prodution: the fleet repository has none with this name; did you mean production?",
  },
  { line: "get assignments --cluster eu-11", says: "cluster eu-11: there is none with this id or name; did you mean eu-1?" },
  { line: "get rollouts -a webs -o name", says: "did you mean web?" },
  { line: "get apps -e prodution", says: "did you mean production?" },
  { line: "describe statuses -a webs", says: "did you mean web?" },
  { line: "drift -a webs", says: "did you mean web?" },
  { line: "history webs", says: "did you mean web?" },
  { line: "rollout history webs", says: "did you mean web?" },
  { line: "rollout status webs -e production", says: "did you mean web?" },
  { line: "prune list -e prodution", says: "did you mean production?" },
  { line: "break-glass list -e prodution", says: "did you mean production?" },
  { line: "refresh webs -e production", says: "did you mean web?" },
  { line: "tree webs", says: "did you mean web?" },
])("a name that nothing has is refused, not answered by nothing: drover $line", async ({ line, says }) => {
  expect(await drover(...line.split(" "))).toMatchObject({ status: 1, out: "", said: expect.stringContaining(says) as string });
});

test.each(["history web", "rollout history web", "rollout timeline web -e production"])(
  "drover %s has rows alone where that is asked",
  async (line) => {
    const [head = "", ...rows] = (await output(...line.split(" "))).split("\n");
    expect(head).toMatch(/^[A-Z][A-Z ]+$/);
    expect((await output(...line.split(" "), "--no-headers")).split("\n")).toHaveLength(rows.length);
  },
);

test("what is there and has nothing of it yet is an empty list", async () => {
  expect(await output("get", "quarantines", "-a", "web", "-o", "name")).toBe("");
  expect(await drover("get", "heldprunes", "-e", "production")).toEqual({ status: 0, out: "", said: "No held prunes found.\n" });
});

test.each(["suspend web -m no", "rollout status web", "rollout gates app/web", "approve web -m yes"])(
  "drover %s asks for the environment, and names those there are",
  async (line) => {
    const said = "error: rollout of web: add -e ENVIRONMENT to say which one is meant; it is in production (OPTION_INVALID)\n";
    expect(await drover(...line.split(" "))).toEqual({ status: 2, out: "", said });
  },
);

test("a rollout is named by its id, also as it is printed", async () => {
  expect(await output("rollout", "timeline", `rollout/${rollout}`)).toMatch(/^AT /);
  expect(await drover("rollout", "status", "webs")).toMatchObject({
    status: 1,
    said: expect.stringContaining("did you mean web?") as string,
  });
});

test("a limit asks for no more than is shown, and says that there are more", async () => {
  const { out, said } = await drover("get", "clusters", "-o", "name", "--limit", "1", "-v");
  expect(out).toBe("cluster/eu-1\n");
  expect(said).toMatch(/pageSize=2 200/);
  expect(said).toContain("There are more than this one; a higher --limit shows them.");
  expect(await drover("get", "clusters", "-o", "name", "--chunk-size", "1", "-v")).toMatchObject({
    out: "cluster/eu-1\ncluster/us-1\n",
    said: expect.stringMatching(/pageSize=1 200[^]*pageSize=1&pageToken=\S+ 200/) as string,
  });
  expect(await output("get", "clusters", "-o", "name", "--sort-by", ".labels.wave", "--limit", "5")).toContain("us-1");
});

test("every resource of the table is listed", async () => {
  const names = (await output("api-resources", "--no-headers", "-o", "name")).trim().split("\n");
  expect(names.length).toBeGreaterThan(15);
  expect(await output("api-resources")).toMatch(/^strategies +strat +strategy +get,list,watch,create,update,delete /m);
  for (const name of names) {
    const list = JSON.parse(await output("get", name.replace("resource/", ""), "-o", "json")) as object;
    expect(list).toMatchObject({ kind: "List", items: expect.any(Array) as unknown[] });
  }
});

test("describe tells the fields, what happened and why", async () => {
  const cluster = await output("describe", "cluster", "eu-1");
  expect(cluster).toMatch(/^Name: +eu-1$/m);
  expect(cluster).toMatch(/^Last seen at: .* ago\)$/m);
  expect(cluster).toContain("Events:");
  expect(await output("describe", `rollout/${rollout}`)).toMatch(/^Phase: +Completed$/m);
});

test("describe takes several, or all of a kind, and shows what belongs to each", async () => {
  const both = await output("describe", "cluster/eu-1", "cluster/us-1");
  expect(both).toMatch(/^Id: [^]*^Name: +eu-1$[^]*\n\n\nId: [^]*^Name: +us-1$/m);
  expect(await output("describe", "clusters", "-l", "wave=wave-0")).toMatch(/eu-1[^]*us-1/);
  const described = await output("describe", `rollout/${rollout}`);
  expect(described).toMatch(/^Waves:\n {2}WAVE +DONE[^]*^Steps:\n {2}STEP +AGE +EVENT[^]*completed/m);
  expect(described).not.toContain("- index: 0");
  expect(await output("describe", "app", "web")).toMatch(/^Placements:\n.*\n {2}web +production /m);
});

test("several kinds are a table each, and one list for machines", async () => {
  expect(await output("get", "clusters,envs")).toMatch(/^NAME +STATUS[^]*\n\nNAME +CLUSTERS/);
  expect(await output("get", "cluster/eu-1", "env/production", "-o", "name")).toBe("cluster/eu-1\nenvironment/production\n");
  expect(JSON.parse(await output("get", "clusters,envs,ro", "-o", "json"))).toMatchObject({
    kind: "List",
    items: [
      { kind: "Cluster", name: "eu-1" },
      { kind: "Cluster", name: "us-1" },
      { kind: "Environment", name: "production", spec: {} },
      { kind: "Rollout", id: rollout },
    ],
  });
  expect(await output("get", "cluster/us-1", "app/web", "-o", "jsonpath={.items[*].kind}")).toBe("Cluster Application");
  expect(await drover("get", "clusters,envs", "--watch")).toMatchObject({ status: 2, out: "" });
});

test("what git makes of an application for a cluster can be had as YAML", async () => {
  const place = ["--rendered", "-a", "web", "--cluster", "eu-1"] as const;
  expect(await output("get", "objects", ...place)).toMatch(/^apiVersion: v1\nkind: List\nitems:\n/);
  expect(await drover("get", "object", "deployment/nosuch", ...place)).toMatchObject({ status: 1, out: "" });
  expect(await drover("get", "objects", "-a", "web")).toMatchObject({ status: 2, out: "" });
});

test("drift of the whole fleet is one list", async () => {
  expect(await output("drift", "--open", "-o", "json")).toBe('{\n  "kind": "List",\n  "items": []\n}\n');
  expect(await output("drift", "--cluster", "eu-1", "-e", "production", "-a", "web")).toBe("");
});

test("events of one thing, and the rollouts of an application", async () => {
  const events = await output("events", "--for", "cluster/eu-1", "-o", "jsonpath={.items[*].subject}");
  const id = await output("get", "cluster/eu-1", "-o", "jsonpath={.id}");
  expect(new Set(events.split(" "))).toEqual(new Set([`clusters/${id}`]));
  expect(await drover("events", "--for", "release/web-1")).toMatchObject({ status: 2 });
  expect(await output("rollout", "history", "web", "-e", "production", "-o", "name")).toBe(`rollout/${rollout}\n`);
});

test("explain knows fleet files and answers", async () => {
  expect(await output("explain", "environment.spec")).toMatch(/clusterSelector {2}</);
  expect(await output("explain", "strategy.waves")).toContain("soakTime");
  expect(await output("explain", "cl.state")).toContain("Pending, Connected, Stale, Offline, Revoked");
  expect(await drover("explain", "cluster.stat")).toMatchObject({
    status: 1,
    said: expect.stringContaining("EXPLAIN_FIELD_UNKNOWN") as string,
  });
});

test("wait ends with 0 when it is so, with 1 when it cannot become so or takes too long", async () => {
  expect(await output("wait", `rollout/${rollout}`, "--for=phase=Completed")).toBe(`rollout/${rollout} phase is Completed\n`);
  expect(await output("wait", "application/web", "-e", "production", "--for=condition=Healthy")).toContain("Healthy");
  expect(await output("wait", "application/web", "--for=condition=Healthy", "--timeout", "20s")).toBe(
    "application/web is Healthy, Synced\n",
  );
  expect(await drover("wait", "app/web", "--for=condition=Helthy")).toMatchObject({
    status: 2,
    said: expect.stringMatching(/never "Helthy": choose one of Healthy, Progressing/) as string,
  });
  expect(await output("wait", "pl/production/web", "--for=condition=Synced")).toContain("Synced");
  // In the order in which they were found to be so.
  const connected = ["", "cluster/eu-1 state is Connected", "cluster/us-1 state is Connected"];
  const waited = async (...args: readonly string[]) => (await output("wait", ...args, "--for=state=Connected")).split("\n").toSorted();
  expect(await waited("clusters", "eu-1", "us-1")).toEqual(connected);
  expect(await waited("clusters", "-l", "tier=production")).toEqual(connected);
  expect(await waited("clusters", "--all")).toEqual(connected);
  expect(await drover("wait", "clusters", "--for=state=Connected")).toMatchObject({ status: 2 });
  expect(await drover("wait", "clusters", "-l", "tier=none", "--for=state=Connected")).toMatchObject({ status: 1 });
  expect(await drover("wait", "cluster/eu-1", "cluster/us-1", "--for=state=Offline", "--timeout", "1s")).toMatchObject({
    status: 1,
    said: expect.stringMatching(/(?:us-1[^]*eu-1|eu-1[^]*us-1)/) as string,
  });
  expect(await output("wait", "cluster/gone", "--for=delete")).toContain("is gone");
  expect(await drover("wait", `rollout/${rollout}`, "--for=phase=Aborted")).toMatchObject({
    status: 1,
    said: expect.stringContaining("WAIT_IN_VAIN") as string,
  });
  expect(await drover("wait", "cluster/eu-1", "--for=state=Offline", "--timeout", "1s")).toMatchObject({
    status: 1,
    said: expect.stringContaining("WAIT_TIMEOUT") as string,
  });
});

test("search, events and refresh answer", async () => {
  expect(await output("search", "eu")).toMatch(/^KIND +NAME.*\nCluster +eu-1/);
  expect(await output("events", "--kind", "RolloutChanged", "--tail", "3")).toContain(`rollouts/${rollout}`);
});

test("login asks the server, and keeps the token for its owner alone", async () => {
  const config = join(world.folder, "cli", "login");
  const token = (await readFile(world.tokenFile, "utf8")).trim();
  const typed = { readInput: () => Promise.resolve(`${token}\n`) };
  const login = ["auth", "login", replica.apiUrl, "--name", "lab", "--token-stdin", "--ca-file", world.caFile];
  expect(await commandLine({ DROVER_CONFIG: config }, typed)(...login)).toMatchObject({ status: 0 });
  expect((await stat(config)).mode & 0o777).toBe(0o600);
  const lab = commandLine({ DROVER_CONFIG: config });
  expect(await lab("auth", "whoami")).toMatchObject({ status: 0, out: expect.stringMatching(/^ACTOR .*\nusers\/\S+ +admin/) as string });
  expect(await lab("auth", "can-i", "promote")).toMatchObject({ status: 0, out: "yes\n" });
  expect((await lab("auth", "can-i", "--list")).out).toContain("promotion.create\n");
  expect(await lab("config", "rename-context", "lab", "bench")).toMatchObject({ status: 0, out: "context lab is now bench\n" });
  expect(await lab("config", "rename-context", "lab", "bench")).toMatchObject({ status: 1 });
  expect((await lab("config", "get-contexts", "-o", "name")).out).toBe("bench\n");
  expect((await lab("config", "view")).out).toMatch(/^currentContext: bench\n[^]*token: REDACTED\n/);
  expect((await lab("config", "rename-context", "bench", "lab")).status).toBe(0);
  expect(await lab("config", "delete-context", "lab")).toMatchObject({ status: 0 });
  expect(await lab("auth", "whoami")).toMatchObject({ status: 2 });
});

test("a viewer may not promote", async () => {
  const created = await drover("token", "create", "--subject", "auditor", "--role", "viewer", "--approve", "production");
  expect(created.said).toMatch(/^SUBJECT +ROLE +APPROVES.*\nauditor +viewer +production/m);
  const viewer = commandLine({ DROVER_SERVER: replica.apiUrl, DROVER_CA_FILE: world.caFile, DROVER_TOKEN: created.out.trim() });
  expect(await viewer("auth", "can-i", "promote")).toMatchObject({ status: 1, out: "no\n" });
  expect(await viewer("auth", "can-i", "gate.approve", "-e", "production")).toMatchObject({ status: 0 });
  expect(await viewer("auth", "can-i", "gate.approve", "-e", "staging")).toMatchObject({ status: 1 });
});

test("-v shows requests and never the token; -q says nothing", async () => {
  const token = (await readFile(world.tokenFile, "utf8")).trim();
  const { said } = await drover("get", "clusters", "-v");
  expect(said).toMatch(/^GET https:\S+\/v1\/clusters\?pageSize=500 200 in \d+ ms$/m);
  expect(said).not.toContain(token);
  expect(await drover("get", "quarantines", "-q")).toMatchObject({ status: 0, out: "", said: "" });
});

test("what cannot be taken back is named, and refused without a yes", async () => {
  const revoke = ["cluster", "revoke", "us-1", "-m", "it is gone"] as const;
  const refused = await drover(...revoke);
  expect(refused).toMatchObject({ status: 1, out: "", said: expect.stringContaining("NOT_CONFIRMED") as string });
  expect(refused.said).toContain("The identity of cluster/us-1 (Connected, production) and its unused tokens end at once.");
  const no = commandLine(environment(), { ask: () => Promise.resolve("n") });
  expect(await no(...revoke)).toMatchObject({ status: 1, out: "" });
  expect(await output("get", "cluster/us-1", "-o", "jsonpath={.state}")).toBe("Connected");
});

test("a dry run of a promotion is the plan of its rollout", async () => {
  const promotion = ["promote", "web", "--to", "production", "--revision", "main"] as const;
  expect(await output(...promotion, "--dry-run=server")).toMatch(/^web in production at [0-9a-f]{7}\nNo rollout would begin.\n/);
  expect(await output(...promotion, "--dry-run=client")).toBe("promote web to main in production (client dry run)\n");
  expect((await drover(...promotion, "--dry-run")).status).toBe(2);
});

test("check says what is as it should be, and fails when something is not", async () => {
  expect(await output("check")).toMatch(/✔ it is ready\n/);
  const lost = commandLine({ DROVER_SERVER: "https://127.0.0.1:1", DROVER_TOKEN: "x" });
  expect(await lost("check")).toMatchObject({ status: 1, out: expect.stringContaining("does not answer") as string });
});

test("a support bundle is a tar.gz with everything but secrets", async () => {
  const token = (await readFile(world.tokenFile, "utf8")).trim();
  const file = join(world.folder, "bundle.tar.gz");
  expect(await output("support-bundle", "-f", file)).toBe(`${file}\n`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const { stdout } = await promisify(execFile)("tar", ["-xzOf", file]);
  expect(stdout).toContain('"eu-1"');
  expect(stdout).toContain(rollout);
  expect(stdout).not.toContain(token);
});

test("watch prints a line for each change when piped", async () => {
  const child = spawn(process.execPath, [await shared("cli"), "get", "clusters", "--watch"], {
    env: { ...process.env, DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: world.tokenFile, DROVER_CA_FILE: world.caFile },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let out = "";
  for await (const chunk of child.stdout) {
    out += String(chunk);
    if (out.split("\n").length > 3) break;
  }
  child.kill();
  expect(out).toMatch(/^NAME +STATUS.*\neu-1 .*\nus-1 /);
  expect(out).not.toContain("\u001b");
});

test("every command of the guide works as it is written", async () => {
  const guide = readGuide("cli.md", () => drover);
  const bundle = join(world.folder, "guide.tar.gz");
  for (const line of guide.unused()) await guide.run(line, { "bundle.tar.gz": bundle });
  expect(guide.unused()).toEqual([]);
});

test("on a terminal, watch redraws in its place", async () => {
  let drawn = "";
  const stopped = new Error("seen enough");
  const terminal = {
    isTerminal: true,
    columns: () => 100,
    rows: () => 30,
    out: (text: string) => {
      drawn += text;
      if (drawn.includes("us-1")) throw stopped;
    },
  };
  await commandLine(environment(), terminal)("get", "clusters", "--watch");
  expect(drawn).toContain("\u001b[?7l");
  expect(drawn).toContain("\u001b[32mConnected");
});
