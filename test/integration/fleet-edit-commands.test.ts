import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Client } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type TestControlPlane } from "../support/control-plane.ts";
import { type DroverCli, droverCli } from "../support/drover-cli.ts";
import { waitUntil } from "../support/wait-until.ts";

// One fleet for all tests, which run in this order.

let world: TestControlPlane;
let api: Client;
let env: Record<string, string>;
let drover: DroverCli;
let here: string;

beforeAll(async () => {
  world = await prepareControlPlane();
  await world.fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "environments/production.yaml": "# the shops\nclusterSelector:\n  matchLabels: { tier: production } # all of them\n",
    "clusters/eu-1.yaml": `id: ${"a".repeat(26)}\nlabels: { tier: production }\n`,
  });
  const replica = await world.start();
  api = replica.client();
  here = join(world.folder, "here");
  env = { DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: world.tokenFile, DROVER_CA_FILE: world.caFile, TMPDIR: world.folder };
  await mkdir(here, { recursive: true });
  drover = droverCli(env, here);
  await waitUntil("the fleet is projected", async () => (await api("listEnvironments")).items.length === 1, 20_000);
});
afterAll(() => world.stop());

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(here, path)), { recursive: true });
  await writeFile(join(here, path), text);
};
const fleetFile = async (path: string): Promise<string> => {
  await world.fleet.pull();
  return readFile(join(world.fleet.folder, path), "utf8");
};
/** Somebody at an editor: a script that is given the file, and how often it was asked. */
const editor = async (script: string): Promise<DroverCli> => {
  const file = join(world.folder, "editor.sh");
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return droverCli({ ...env, EDITOR: `${file} --wait`, VISUAL: "" }, here);
};

test("apply creates and changes the objects of a folder, whatever order they need", async () => {
  await write(
    "fleet/environments/edge.yaml",
    "clusterSelector: { matchLabels: { tier: edge } }\npromotesFrom: [production]\nstrategy: careful\n",
  );
  await write("fleet/environments/abroad.yaml", "clusterSelector: { matchLabels: { tier: abroad } }\npromotesFrom: [edge]\n");
  await write("fleet/environments/production.yaml", "clusterSelector: { matchLabels: { tier: production } }\nstrategy: careful\n");
  await write("fleet/strategies/careful.yaml", "maxFailures: 1\n");
  await write("fleet/pins/production/web.yaml", "revision: main\n");
  const { status, out, said } = await drover("apply", "-f", "fleet", "-m", "the new plan");
  expect([status, out.trim().split("\n").toSorted()]).toEqual([
    0,
    ["environment/abroad created", "environment/edge created", "environment/production configured", "strategy/careful created"],
  ]);
  expect(said).toContain("fleet/pins/production/web.yaml is left out");
  expect(await fleetFile("environments/production.yaml")).toBe(
    "# the shops\nclusterSelector:\n  matchLabels: { tier: production } # all of them\nstrategy: careful\n",
  );
  expect(await world.fleet.git("log", "-1", "--format=%b")).toContain("Drover-Reason: the new plan");
  expect((await drover("apply", "-f", "fleet")).out.trim().split("\n")).toEqual([
    "strategy/careful unchanged",
    "environment/abroad unchanged",
    "environment/edge unchanged",
    "environment/production unchanged",
  ]);
});

test("what get and export print, apply takes back and finds unchanged", async () => {
  await write("got.yaml", (await drover("get", "environments", "-o", "yaml")).out);
  const applied = await drover("apply", "-f", "got.yaml");
  expect(applied).toMatchObject({ status: 0, said: "" });
  expect(applied.out.trim().split("\n").toSorted()).toEqual([
    "environment/abroad unchanged",
    "environment/edge unchanged",
    "environment/production unchanged",
  ]);
  const exported = (await drover("export")).out;
  expect(exported).toContain("kind: Cluster\nname: eu-1\nspec:\n");
  await write("exported.yaml", exported);
  expect(await drover("diff", "-f", "exported.yaml")).toMatchObject({ status: 0, out: "", said: "No differences.\n" });
  await write("clusters.yaml", (await drover("get", "clusters", "-o", "yaml")).out);
  expect(await drover("apply", "-f", "clusters.yaml")).toMatchObject({
    status: 1,
    said: expect.stringContaining("`drover get cluster/eu-1 -o yaml`") as string,
  });
  expect(JSON.parse((await drover("export", "strat", "-o", "json")).out)).toEqual({
    kind: "List",
    items: [{ kind: "Strategy", name: "careful", spec: { maxFailures: 1 } }],
  });
});

test("documents say their kind themselves, several in a file, and answers have forms for scripts", async () => {
  await write(
    "more.yaml",
    "kind: Freeze\nname: xmas\nspec: { reason: closed }\n---\nkind: strategy\nmetadata: { name: quick }\nmaxFailures: 0\n",
  );
  expect(await drover("apply", "-f", "more.yaml", "-o", "name")).toMatchObject({ status: 0, out: "strategy/quick\nfreeze/xmas\n" });
  await write("plain.yaml", "name: easter\nspec: { reason: closed }\n");
  expect(await drover("create", "-f", "plain.yaml", "--kind", "freeze")).toMatchObject({ status: 0, out: "freeze/easter created\n" });
  const again = await drover("create", "-f", "plain.yaml", "--kind", "freeze", "-o", "json");
  expect(again).toMatchObject({ status: 1, said: expect.stringContaining("FLEET_OBJECT_EXISTS") as string });
  expect(JSON.parse(again.out)).toEqual({ kind: "List", items: [] });
});

test("what is wrong by itself is said before anything is changed, with the words of validate", async () => {
  const before = await world.fleet.pull();
  await write("bad/strategies/other.yaml", "maxFailure: 1\n");
  await write("bad/strategies/sound.yaml", "maxFailures: 1\n");
  const { status, said } = await drover("apply", "-f", "bad");
  expect([status, said]).toEqual([1, expect.stringContaining('unknown key "maxFailure"; did you mean "maxFailures"? (FLEET_FILE_SCHEMA)')]);
  for (const file of ["nosuch.yaml", "more.yaml/x"]) expect((await drover("apply", "-f", file)).said).toContain("MANIFEST_UNREADABLE");
  await write("nameless.yaml", "maxFailures: 1\n");
  expect((await drover("apply", "-f", "nameless.yaml")).said).toContain("neither its path nor a `kind:` says what it is");
  expect(await world.fleet.pull()).toBe(before);
});

test("dry runs and diff change nothing and say what would be", async () => {
  const before = await world.fleet.pull();
  await write(
    "next/environments/edge.yaml",
    "clusterSelector: { matchLabels: { tier: edge } }\npromotesFrom: [production]\nstrategy: nosuch\n",
  );
  expect(await drover("apply", "-f", "next", "--dry-run=client")).toMatchObject({
    status: 0,
    out: "environment/edge is sound (client dry run)\n",
  });
  expect(await drover("apply", "-f", "next", "--dry-run=server")).toMatchObject({
    status: 1,
    out: "environment/edge refused (server dry run)\n",
    said: expect.stringContaining('error: environments/edge.yaml:6: there is no strategy "nosuch"') as string,
  });
  expect((await drover("diff", "-f", "next")).status).toBe(2);
  await write(
    "next/environments/edge.yaml",
    "clusterSelector: { matchLabels: { tier: edge } }\npromotesFrom: [production]\nstrategy: quick\n",
  );
  const { status, out } = await drover("diff", "-f", "next");
  expect([status, out]).toEqual([1, expect.stringContaining("\n-strategy: careful\n+strategy: quick\n")]);
  expect(await drover("diff", "-f", "fleet")).toMatchObject({ status: 0, out: "" });
  expect((await drover("diff", "-f", "nosuch")).status).toBe(2);
  expect(await world.fleet.pull()).toBe(before);
});

test("edit opens the editor and makes a commit of what was saved", async () => {
  const saving = await editor(`sed -i 's/tier: production/tier: prod/' "$2"`);
  expect(await saving("edit", "environment/production")).toMatchObject({ status: 0, out: "environment/production configured\n" });
  expect(await fleetFile("environments/production.yaml")).toContain(
    "# the shops\nclusterSelector:\n  matchLabels: { tier: prod } # all of them\n",
  );
});

test("edit shows what was refused on top of the text, and opens it again", async () => {
  const seen = join(world.folder, "seen");
  const mending = await editor(
    `cat "$2" >> ${seen}; if grep -q 'did you mean' "$2"; then sed -i 's/strateg: /strategy: /' "$2"; elif grep -q 'no strategy' "$2"; then sed -i 's/nosuch/quick/' "$2"; else sed -i 's/strategy: .*/strateg: nosuch/' "$2"; fi`,
  );
  expect(await mending("edit", "env/edge")).toMatchObject({ status: 0, out: "environment/edge configured\n" });
  const shown = await readFile(seen, "utf8");
  expect(shown).toContain("#: This was refused:\n#: line");
  expect(shown).toContain('there is no strategy "nosuch"');
  expect(await fleetFile("environments/edge.yaml")).toContain("strategy: quick");
});

test("an editor that saves nothing changes nothing; one that fails, or gives up, keeps what was written", async () => {
  const before = await world.fleet.pull();
  expect(await (await editor("true"))("edit", "env/edge")).toMatchObject({ status: 0, said: "Edit cancelled, nothing was changed.\n" });
  expect(await (await editor("exit 3"))("edit", "env/edge")).toMatchObject({
    status: 1,
    said: expect.stringContaining("EDITOR_FAILED") as string,
  });
  const stubborn = await editor(`grep -q refused "$2" || sed -i 's/strategy: .*/strategy: nosuch/' "$2"`);
  const { status, said } = await stubborn("edit", "env/edge");
  expect([status, said]).toEqual([1, expect.stringContaining("FLEET_EDIT_INVALID")]);
  const kept = /kept in (\S+)/.exec(said)?.[1] as string;
  expect(await readFile(kept, "utf8")).toContain("strategy: nosuch");
  expect((await readdir(dirname(kept))).length).toBe(1);
  expect(await world.fleet.pull()).toBe(before);
});

test("an edit meets somebody else's", async () => {
  const racing = await editor(`sed -i 's/strategy: .*/strategy: careful/' "$2"; ${process.execPath} ${join(world.folder, "race.mjs")}`);
  const { spec } = await api("getEnvironment", { params: { environment: "edge" } });
  await writeFile(
    join(world.folder, "race.mjs"),
    `import { request } from "node:https"; import { readFileSync } from "node:fs";
     const call = request("${env["DROVER_SERVER"]}/v1/environments/edge", { method: "PUT", ca: readFileSync("${world.caFile}"), headers: { "content-type": "application/json", "if-match": "*", authorization: "Bearer " + readFileSync("${world.tokenFile}", "utf8").trim() } }, (answer) => { answer.resume(); process.exitCode = answer.statusCode === 200 ? 0 : 1; });
     call.end(JSON.stringify({ reason: "first", spec: ${JSON.stringify({ ...spec, values: {} })} }));`,
  );
  const { status, said } = await racing("edit", "env/edge");
  expect([status, said]).toEqual([1, expect.stringMatching(/kept in \S+[^]*FLEET_OBJECT_CHANGED/)]);
});

test("delete asks, says who uses it, and points to remove", async () => {
  const unasked = (await drover("delete", "freeze/easter")).said;
  expect(unasked).toContain("To be taken out of the fleet repository by a commit: freeze/easter.");
  expect(unasked).toContain("NOT_CONFIRMED");
  expect(await drover("delete", "freeze/easter", "--dry-run")).toMatchObject({ out: "freeze/easter deleted (server dry run)\n" });
  expect(await drover("delete", "freeze/easter", "freeze/xmas", "--yes")).toMatchObject({
    out: "freeze/easter deleted\nfreeze/xmas deleted\n",
  });
  expect((await drover("delete", "strategy/careful", "--yes")).said).toContain("environments/production.yaml needs it");
  expect((await drover("delete", "cluster/eu-1", "--yes")).said).toContain("REMOVE_INSTEAD");
  expect(await drover("delete", "pin/web", "--yes")).toMatchObject({ status: 2 });
  expect((await drover("delete", "strategy/nosuch", "--yes")).said).toContain("STRATEGY_NOT_FOUND");
});

test("the fleet itself is edited and applied, and neither made nor deleted", async () => {
  const describing = await editor(`echo "description: ours" >> "$2"`);
  expect(await describing("edit", "fleet")).toMatchObject({ status: 0, out: "fleet/drover configured\n" });
  await write("fleet.yaml", "kind: Fleet\napiVersion: drover.dev/v1\ndescription: everybody's\n");
  expect(await drover("apply", "-f", "fleet.yaml")).toMatchObject({ status: 0, out: "fleet/drover configured\n" });
  expect(await fleetFile("drover.yaml")).toBe("apiVersion: drover.dev/v1\ndescription: everybody's\n");
  expect((await drover("export", "fleet")).out).toBe(
    "kind: Fleet\nname: drover\nspec:\n  apiVersion: drover.dev/v1\n  description: everybody's\n",
  );
  expect((await drover("create", "-f", "fleet.yaml")).said).toContain("FLEET_OBJECT_EXISTS");
  expect((await drover("delete", "fleet", "--yes")).said).toContain("change it with `drover edit fleet`");
});

test("clusters are registered and edited from files", async () => {
  await write("c/clusters/us-1.yaml", "labels: { tier: production }\n");
  expect(await drover("apply", "-f", "c")).toMatchObject({ status: 0, out: "cluster/us-1 created\n" });
  await write("c/clusters/us-1.yaml", "labels: { tier: staging }\nvalues: { replicas: 2 }\n");
  expect(await drover("apply", "-f", "c")).toMatchObject({ status: 0, out: "cluster/us-1 configured\n" });
  expect(await fleetFile("clusters/us-1.yaml")).toMatch(/^id: [a-z2-7]{26}\nlabels:\n {2}tier: staging\nvalues:\n {2}replicas: 2\n$/);
  await write("c/clusters/us-1.yaml", `id: ${"b".repeat(26)}\n`);
  expect((await drover("apply", "-f", "c")).said).toContain("CLUSTER_ID_FIXED");
});
