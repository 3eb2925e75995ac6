import { expect, test } from "vitest";
import { asked, fleetWorld, forgetAsked } from "../support/fleet-world.ts";

/** Each test has a deadline of its own; one for the whole file would pass on a busy machine. */
const { signal } = new AbortController();

async function hooked() {
  const world = await fleetWorld();
  await world.fleetTree.push({ "applications/web.yaml": "source:\n  repository: https://git.example/team/web.git\n" });
  await world.projector.fetchAndProject(signal);
  await forgetAsked(world);
  return world;
}

test("a push to a known repository asks for that ref alone, however its URL is written, and repeats are harmless", async () => {
  const world = await hooked();
  const hint = { urls: ["git@git.example:team/web.git", "https://git.example/Team/web"], ref: "refs/heads/main" };
  expect(await world.receivePush(hint)).toEqual(["https://git.example/team/web.git"]);
  expect(await world.receivePush(hint)).toEqual(["https://git.example/team/web.git"]);
  expect(await asked(world, "source")).toEqual(["https://git.example/team/web.git main"]);
  expect(await asked(world, "fleet")).toEqual([]);
});

test("a push to the fleet repository asks for its projection", async () => {
  const world = await hooked();
  const repository = world.host.cloneUrl("fleet");
  expect(await world.receivePush({ urls: [repository.replace(/\.git$/, "")], ref: "refs/heads/main" })).toEqual([repository]);
  expect(await asked(world, "fleet")).toEqual(["head"]);
});

test.each([
  { what: "an unknown repository", urls: ["https://git.example/team/other.git"], ref: "refs/heads/main" },
  { what: "another branch", urls: ["https://git.example/team/web.git"], ref: "refs/heads/feature" },
  { what: "no URL at all", urls: ["file:///etc/passwd", "no url", ""], ref: "refs/heads/main" },
  { what: "a repository whose name only begins alike", urls: ["https://git.example/team/web2"], ref: "refs/heads/main" },
])("a push to $what asks for nothing", async ({ urls, ref }) => {
  const world = await hooked();
  expect(await world.receivePush({ urls, ref })).toEqual([]);
  expect(await asked(world, "source")).toEqual([]);
});
