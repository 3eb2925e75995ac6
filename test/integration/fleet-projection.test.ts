import { symlink } from "node:fs/promises";
import type { DroverError } from "@drover/kit";
import { expect, test } from "vitest";
import { asked, type FleetWorld, fleetWorld, forgetAsked } from "../support/fleet-world.ts";

/** Each test has a deadline of its own; one for the whole file would pass on a busy machine. */
const { signal } = new AbortController();
const [eu, us] = ["aaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbb"];

const application = (repository: string): string => `source:\n  repository: ${repository}\n`;
const files = {
  "drover.yaml": "apiVersion: drover.dev/v1\n",
  "applications/web.yaml": application("https://git.example/web"),
  "applications/api.yaml": application("https://git.example/api"),
  "environments/staging.yaml": "clusterSelector:\n  matchLabels:\n    tier: staging\ntrack: head\napplications: [web]\n",
  "environments/production.yaml": "clusterSelector:\n  matchLabels:\n    tier: production\nstrategy: waves\n",
  "strategies/waves.yaml": "maxFailures: 0\n",
  "clusters/eu.yaml": `id: ${eu}\nlabels:\n  tier: staging\n`,
  "clusters/us.yaml": `id: ${us}\nlabels:\n  tier: production\n`,
  "pins/production/api.yaml": "revision: a111111111111111111111111111111111111111\n",
  "README.md": "not ours\n",
};

async function projected(): Promise<FleetWorld & { readonly first: string }> {
  const world = await fleetWorld();
  const first = await world.fleetTree.push(files, "begin");
  expect(await world.projector.fetchAndProject(signal)).toEqual({ kind: "projected", head: first });
  return { ...world, first };
}

const events = async ({ database }: FleetWorld): Promise<readonly { kind: string; body: Record<string, unknown> }[]> =>
  (await database.query<{ kind: string; body: Record<string, unknown> }>({ text: "select kind, body from events order by id" })).rows;

test("the first look takes the newest commit alone, and asks for all that it can concern", async () => {
  const world = await fleetWorld();
  await world.fleetTree.push({ "applications/old.yaml": application("https://git.example/old") }, "too early to matter");
  const head = await world.fleetTree.push({ ...files, "applications/old.yaml": undefined }, "begin");
  await world.projector.fetchAndProject(signal);

  const { rows } = await world.database.query({ text: "select commit, author, message from fleet_commits" });
  expect(rows).toEqual([{ commit: head, author: "Ada <ada@example.com>", message: "begin\n" }]);
  expect((await world.fleet.list("Application")).map(({ name }) => name)).toEqual(["api", "web"]);
  expect(await world.fleet.get("Cluster", "eu")).toMatchObject({ form: { id: eu, labels: { tier: "staging" } }, commit: head, version: 1 });
  expect((await world.database.query({ text: "select id, name from clusters order by name" })).rows).toEqual([
    { id: eu, name: "eu" },
    { id: us, name: "us" },
  ]);
  expect(await asked(world, "placement")).toEqual(["api production", "web staging"]);
  expect(await asked(world, "source")).toEqual(["https://git.example/api main", "https://git.example/web main"]);
  const told = (await events(world)).map(({ kind, body }) => [kind, body["path"] ?? ""].join(" ").trim());
  expect(told).toEqual(
    expect.arrayContaining(["FleetProjected", "FleetObjectChanged applications/web.yaml", "FleetObjectChanged clusters/eu.yaml"]),
  );
});

test("commits are projected one by one, and a change asks only for what it can concern", async () => {
  const world = await projected();
  await forgetAsked(world);
  const pin = "revision: b222222222222222222222222222222222222222\n";
  const second = await world.fleetTree.push({ "pins/production/api.yaml": pin }, "move api\n\nbecause\n\nDrover-Request: someone");
  const third = await world.fleetTree.push({ "README.md": "more\n" }, "words");
  await world.projector.fetchAndProject(signal);
  expect(await asked(world, "placement")).toEqual(["api production"]);
  const { rows } = await world.database.query({ text: "select commit, request_id from fleet_commits order by position" });
  expect(rows).toEqual([
    { commit: world.first, request_id: null },
    { commit: second, request_id: "someone" },
    { commit: third, request_id: null },
  ]);
  expect(await world.fleet.get("Pin", "production/api")).toMatchObject({ commit: second, version: 2 });

  await forgetAsked(world);
  await world.fleetTree.push({ "clusters/eu.yaml": `id: ${eu}\nlabels:\n  tier: production\n` }, "move a cluster");
  await world.projector.fetchAndProject(signal);
  expect(await asked(world, "placement")).toEqual(["api production", "web staging"]);
});

test("a bad file leaves its object's last valid form in force, and the others go on", async () => {
  const world = await projected();
  await world.fleetTree.push(
    {
      "applications/web.yaml": `${application("https://git.example/web")}rendr: {}\n`,
      "environments/production.yaml": "clusterSelector:\n  matchLabels:\n    tier: production\nstrategy: nosuch\n",
      "applications/api.yaml": application("https://git.example/api2"),
      "clusters/Bad_Name.yaml": "id: x\n",
    },
    "one right, three wrong",
  );
  await world.projector.fetchAndProject(signal);
  expect(await world.fleet.get("Application", "web")).toMatchObject({
    form: { source: { repository: "https://git.example/web" } },
    problem: { code: "FLEET_FILE_SCHEMA", message: expect.stringContaining("applications/web.yaml:3") },
  });
  expect(await world.fleet.get("Environment", "production")).toMatchObject({
    form: { strategy: "waves" },
    problem: { code: "FLEET_REFERENCE_MISSING" },
  });
  expect(await world.fleet.get("Application", "api")).toMatchObject({
    form: { source: { repository: "https://git.example/api2" } },
    problem: undefined,
  });
  expect((await world.fleet.problems()).map(({ path, problem }) => `${path} ${problem.code}`)).toEqual([
    "applications/web.yaml FLEET_FILE_SCHEMA",
    "clusters/Bad_Name.yaml FLEET_NAME_INVALID",
    "environments/production.yaml FLEET_REFERENCE_MISSING",
  ]);
  expect((await events(world)).filter(({ kind }) => kind === "FleetFileInvalid")).toHaveLength(3);

  // The environment's file is right again without a change of its own: what it lacked was added.
  await world.fleetTree.push({
    "strategies/nosuch.yaml": "maxFailures: 1\n",
    "applications/web.yaml": files["applications/web.yaml"],
    "clusters/Bad_Name.yaml": undefined,
  });
  await world.projector.fetchAndProject(signal);
  expect(await world.fleet.problems()).toEqual([]);
  expect(await world.fleet.get("Environment", "production")).toMatchObject({ form: { strategy: "nosuch" } });
});

test("a strategy that is removed while an environment names it stays in force, until none does", async () => {
  const world = await projected();
  await world.fleetTree.push({ "strategies/waves.yaml": undefined });
  await world.projector.fetchAndProject(signal);
  expect(await world.fleet.get("Strategy", "waves")).toMatchObject({
    form: { maxFailures: 0 },
    problem: {
      code: "FLEET_STRATEGY_REMOVED",
      message: expect.stringContaining("strategies/waves.yaml was removed while environments/production.yaml names it"),
    },
  });
  expect((await world.fleet.problems()).map(({ path, problem }) => `${path} ${problem.code}`)).toContain(
    "strategies/waves.yaml FLEET_STRATEGY_REMOVED",
  );
  await world.fleetTree.push({ "clusters/us.yaml": `id: ${"u".repeat(26)}\nlabels: { tier: staging }\n` }, "something else");
  await world.projector.fetchAndProject(signal);
  expect(await world.fleet.get("Strategy", "waves")).toMatchObject({ form: { maxFailures: 0 } });

  await world.fleetTree.push({ "environments/production.yaml": "clusterSelector:\n  matchLabels:\n    tier: production\n" });
  await world.projector.fetchAndProject(signal);
  expect(await world.fleet.get("Strategy", "waves")).toBeUndefined();
  expect(await world.fleet.problems()).toEqual([]);
});

test("of two files for one application neither counts until one is gone", async () => {
  const world = await projected();
  await world.fleetTree.push({
    "applications/web.yaml": application("https://git.example/web2"),
    "applications/team/web.yaml": application("https://git.example/web3"),
  });
  await world.projector.fetchAndProject(signal);
  expect(await world.fleet.get("Application", "web")).toMatchObject({
    path: "applications/web.yaml",
    form: { source: { repository: "https://git.example/web" } },
    problem: { code: "FLEET_DUPLICATE_NAME" },
  });
  await world.fleetTree.push({ "applications/web.yaml": undefined });
  await world.projector.fetchAndProject(signal);
  expect(await world.fleet.get("Application", "web")).toMatchObject({
    path: "applications/team/web.yaml",
    form: { source: { repository: "https://git.example/web3" } },
    problem: undefined,
  });
});

test("two clusters may exchange their names", async () => {
  const world = await projected();
  await world.fleetTree.push({ "clusters/eu.yaml": `id: ${us}\n`, "clusters/us.yaml": `id: ${eu}\n` });
  await world.projector.fetchAndProject(signal);
  expect((await world.database.query({ text: "select id, name from clusters order by name" })).rows).toEqual([
    { id: us, name: "eu" },
    { id: eu, name: "us" },
  ]);
});

test("a deleted file removes its object", async () => {
  const world = await projected();
  await forgetAsked(world);
  await world.fleetTree.push({ "pins/production/api.yaml": undefined });
  await world.projector.fetchAndProject(signal);
  expect(await world.fleet.get("Pin", "production/api")).toBeUndefined();
  expect(await asked(world, "placement")).toEqual(["api production"]);
});

test("a person's git revert is projected like any commit, and recorded as theirs", async () => {
  const world = await projected();
  await world.fleetTree.push({ "pins/production/api.yaml": "revision: b222222222222222222222222222222222222222\n" }, "forward");
  await world.fleetTree.git("revert", "--no-edit", "HEAD");
  const reverted = await world.fleetTree.push({}, "and something empty");
  await world.projector.fetchAndProject(signal);
  expect(await world.fleet.get("Pin", "production/api")).toMatchObject({
    form: { revision: "a111111111111111111111111111111111111111" },
    version: 3,
  });
  const { rows } = await world.database.query({ text: "select actor, object from audit order by id desc limit 1" });
  expect(rows).toEqual([{ actor: "git/Ada <ada@example.com>", object: `fleet/${reverted}` }]);
});

test("a rewritten history moves nothing and says so, until a branch that contains it comes", async () => {
  const world = await projected();
  await world.fleetTree.git("checkout", "--quiet", "--orphan", "other");
  await world.fleetTree.git("commit", "--quiet", "--message", "rewritten");
  await world.fleetTree.git("push", "--quiet", "--force", "origin", "HEAD:main");
  expect(await world.projector.fetchAndProject(signal)).toMatchObject({ kind: "held", problem: { code: "FLEET_HISTORY_REWRITTEN" } });
  expect(await world.projection.problem()).toMatchObject({ code: "FLEET_HISTORY_REWRITTEN" });
  expect(await world.projection.head()).toBe(world.first);

  await world.fleetTree.git("checkout", "--quiet", "main");
  await world.fleetTree.git("push", "--quiet", "--force", "origin", "HEAD:main");
  expect(await world.projector.fetchAndProject(signal)).toEqual({ kind: "projected", head: world.first });
  expect(await world.projection.problem()).toBeUndefined();
});

test("a fleet repository that cannot be reached is shown as such, and forgotten when it can", async () => {
  const world = await projected();
  const lost = world.projectorOf({ ...world.repository, credentialsRef: "nosuch" });
  await expect(lost.fetchAndProject(signal)).rejects.toMatchObject({ code: "SOURCE_CREDENTIALS_MISSING" });
  expect(await world.projection.problem()).toMatchObject({ code: "SOURCE_CREDENTIALS_MISSING" });
  await world.projector.fetchAndProject(signal);
  expect(await world.projection.problem()).toBeUndefined();
  const told = (await events(world)).map(({ kind }) => kind).filter((kind) => kind.startsWith("Fleet") && kind !== "FleetObjectChanged");
  expect(told).toEqual(["FleetProjected", "FleetHeld", "FleetRecovered"]);
});

test("a symbolic link in place of a file is refused for that object alone", async () => {
  const world = await projected();
  await world.fleetTree.git("config", "core.symlinks", "true");
  await world.fleetTree.push({ "applications/web.yaml": undefined });
  await symlink("../../../etc/passwd", `${world.fleetTree.folder}/applications/web.yaml`);
  await world.fleetTree.push({ "applications/new.yaml": application("https://git.example/new") });
  await world.projector.fetchAndProject(signal);
  expect(await world.fleet.problems()).toMatchObject([{ path: "applications/web.yaml", problem: { code: "FLEET_FILE_SYMLINK" } }]);
  expect(await world.fleet.get("Application", "new")).toBeDefined();
});

test("two replicas that project at once do it once", async () => {
  const world = await projected();
  await world.fleetTree.push({ "drover.yaml": "apiVersion: drover.dev/v1\ndescription: ours\n" });
  const results = await Promise.allSettled([world.projector.fetchAndProject(signal), world.otherProjector.fetchAndProject(signal)]);
  const outcomes = results.map((result) => (result.status === "fulfilled" ? "projected" : (result.reason as DroverError).code));
  expect(["projected projected", "FLEET_PROJECTED_MEANWHILE projected"]).toContain(outcomes.toSorted().join(" "));
  expect((await world.database.query({ text: "select commit from fleet_commits" })).rowCount).toBe(2);
});
