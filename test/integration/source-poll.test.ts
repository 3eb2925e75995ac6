import { expect, test } from "vitest";
import { asked, type FleetWorld, fleetWorld, forgetAsked } from "../support/fleet-world.ts";
import type { WorkTree } from "../support/git-work-tree.ts";

/** Each test has a deadline of its own; one for the whole file would pass on a busy machine. */
const { signal } = new AbortController();

interface Followed extends FleetWorld {
  readonly web: WorkTree;
  readonly source: { readonly repository: string; readonly ref: string };
  poll(): Promise<void>;
}

/** An application that staging tracks on main and preview on a branch of its own, and production has pinned. */
async function followed(): Promise<Followed> {
  const world = await fleetWorld();
  const web = await world.clone("web");
  const repository = world.host.cloneUrl("web");
  await world.fleetTree.push({
    "applications/web.yaml": `source:\n  repository: ${repository}\n  credentialsRef: git-host\n`,
    "environments/staging.yaml": "clusterSelector: {}\ntrack: head\n",
    "environments/preview.yaml": "clusterSelector: {}\ntrack: head\nsource:\n  ref: next\n",
    "environments/production.yaml": "clusterSelector: {}\n",
    "pins/production/web.yaml": `revision: ${"a".repeat(40)}\n`,
  });
  await world.projector.fetchAndProject(signal);
  const source = { repository, ref: "main" };
  const poll = async (): Promise<void> => {
    expect(await world.pollSource(`${repository} main`, signal)).toMatchObject({ kind: "recheck" });
  };
  return { ...world, web, source, poll };
}

test("each ref that something is read from is asked for once", async () => {
  const world = await followed();
  expect(await asked(world, "source")).toEqual([`${world.source.repository} main`, `${world.source.repository} next`]);
  await forgetAsked(world);
  await world.fleetTree.push({ "README.md": "more\n" });
  await world.projector.fetchAndProject(signal);
  expect(await asked(world, "source")).toEqual([]);
});

test("a new commit moves the head and asks for the places that track the ref, and for no other", async () => {
  const world = await followed();
  const first = await world.web.push({ "a.yaml": "1" });
  await forgetAsked(world);
  await world.poll();
  expect(await world.sources.load(world.source)).toEqual({ commit: first, problem: undefined });
  expect(await asked(world, "placement")).toEqual(["web staging"]);
  await forgetAsked(world);
  await world.poll();
  // Asked for again though nothing moved: a place that began to track during the last look must not be missed.
  expect(await asked(world, "placement")).toEqual(["web staging"]);
  const second = await world.web.push({ "a.yaml": "2" });
  await world.poll();
  expect(await world.sources.load(world.source)).toEqual({ commit: second, problem: undefined });
  expect(await world.sourceFiles.resolve({ ...world.source, credentialsRef: "git-host" }, "main", signal)).toBe(second);
});

test("a rewritten history does not move the head until a person takes it, and what was followed stays readable", async () => {
  const world = await followed();
  const first = await world.web.push({ "a.yaml": "1" });
  await world.poll();
  await world.web.git("commit", "--quiet", "--amend", "--message", "another");
  await world.web.git("push", "--quiet", "--force", "origin", "HEAD:main");
  const rewritten = await world.web.git("rev-parse", "HEAD");
  await world.poll();
  expect(await world.sources.load(world.source)).toMatchObject({ commit: first, problem: { code: "SOURCE_HISTORY_REWRITTEN" } });
  expect([...(await world.sourceFiles.files({ ...world.source, credentialsRef: "git-host" }, first, "", signal)).keys()]).toEqual([
    "a.yaml",
  ]);

  await world.promote(
    { actor: "users/ada", role: "operator", requestId: "r", traceparent: undefined },
    { application: "web", environment: "staging", revision: "head", reason: "we squashed it" },
    signal,
  );
  expect(await world.sources.load(world.source)).toEqual({ commit: rewritten, problem: undefined });
});

test("a branch that is gone, or never was, is a problem and not a move", async () => {
  const world = await followed();
  await forgetAsked(world);
  await world.poll();
  expect(await world.sources.load(world.source)).toMatchObject({ commit: undefined, problem: { code: "SOURCE_REF_MISSING" } });
  // Those that follow it have nothing to stand on, and are to say why.
  expect(await asked(world, "placement")).toEqual(["web staging"]);
  const first = await world.web.push({ "a.yaml": "1" });
  await world.poll();
  await world.web.git("push", "--quiet", "origin", "HEAD:other");
  await world.web.git("-C", world.host.folderOf("web"), "config", "receive.denyDeleteCurrent", "ignore");
  await world.web.git("push", "--quiet", "origin", ":main");
  await world.poll();
  expect(await world.sources.load(world.source)).toMatchObject({ commit: first, problem: { code: "SOURCE_REF_MISSING" } });
});

test("a host that is down is a problem and is asked again sooner", async () => {
  const world = await followed();
  const first = await world.web.push({ "a.yaml": "1" });
  await world.poll();
  await world.host.stop();
  const before = Date.now();
  const outcome = await world.pollSource(`${world.source.repository} main`, signal);
  expect(outcome.kind === "recheck" && outcome.at - before).toBeLessThan(60_000);
  expect(await world.sources.load(world.source)).toMatchObject({ commit: first, problem: { code: "SOURCE_UNAVAILABLE" } });
});

test("a repository that no application is read from any more is let go", async () => {
  const world = await followed();
  await world.fleetTree.push({ "applications/web.yaml": undefined, "pins/production/web.yaml": undefined });
  await world.projector.fetchAndProject(signal);
  expect(await world.pollSource(`${world.source.repository} main`, signal)).toEqual({ kind: "done" });
  expect(await world.sources.load(world.source)).toBeUndefined();
});
