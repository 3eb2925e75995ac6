import { expect, test } from "vitest";
import { type ClosedWindow, noRestrictions, type Restrictions } from "./restrictions.ts";
import { seconds, words, world } from "./rollout-world.fixture.ts";

const window: ClosedWindow = {
  scope: "environment",
  owner: "production",
  kind: "allow",
  schedule: "0 9 * * 1-5",
  timeZone: "UTC",
  overrun: false,
  opensAt: seconds(3600),
};
const stopped = { actor: "users/ada", reason: "everything is on fire", since: seconds(0) };
const freeze = { name: "holidays", reason: "nobody is there", until: seconds(9000) };
const breakGlass = { id: "g", actor: "users/ada", reason: "hotfix", expiresAt: seconds(600) };

test.each<[string, Partial<Restrictions>, "Rollout" | "Rollback", string[]]>([
  ["the emergency stop holds everything", { stopped }, "Rollout", ["hold a: Stopped"]],
  ["also rollbacks", { stopped }, "Rollback", ["hold a: Stopped"]],
  ["and nothing sets it aside", { stopped, breakGlass }, "Rollout", ["hold a: Stopped"]],
  ["a freeze holds new revisions", { freeze }, "Rollout", ["hold a: Frozen"]],
  ["and no rollback", { freeze }, "Rollback", ["dispatch a"]],
  ["a closed window holds", { window }, "Rollout", ["hold a: OutsideWindow"]],
  ["and no rollback either", { window }, "Rollback", ["dispatch a"]],
  ["broken glass sets both aside", { freeze, window, breakGlass }, "Rollout", ["dispatch a"]],
])("%s", (_name, restrictions, kind, want) => {
  const r = world({ waves: [] }, ["a"]);
  r.over = { kind, restrictions: { ...noRestrictions, ...restrictions } };
  expect(words(r.plan())).toEqual(want);
});

test("what began in a window that allows overrun may go on after it", () => {
  const r = world({ waves: [], maxConcurrency: 1 }, ["a", "b"]);
  r.plan();
  r.report("a", "Healthy");
  r.over = { restrictions: { ...noRestrictions, window: { ...window, overrun: true } } };
  expect(r.dispatched()).toEqual(["b"]);
});

test("a cluster that has the content already begins nothing: what has dispatched nowhere waits for its window", () => {
  const r = world({ waves: [] }, ["a", "b"]);
  r.alreadyHas("a", "unproven");
  r.over = { restrictions: { ...noRestrictions, window: { ...window, overrun: true } } };
  expect(words(r.plan())).toEqual(["hold b: OutsideWindow"]);
  expect(r.states()).toEqual({ a: "inFlight", b: "waiting" });
  expect(words(r.plan())).toEqual(["hold b: OutsideWindow"]);
});

test("a plan is looked at again when a restriction changes by itself", () => {
  const r = world({ waves: [] }, ["a"]);
  r.over = { restrictions: { ...noRestrictions, freeze, changesAt: seconds(9000) } };
  expect(r.plan().recheckAt).toBe(seconds(9000));
});
