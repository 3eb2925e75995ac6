import { expect, test } from "vitest";
import type { Assessment } from "../health/health.ts";
import { type ApplicationFacts, type ObjectFacts, type Progress, statusOf } from "./application-status.ts";

const object = (name: string, over: Partial<ObjectFacts> = {}): ObjectFacts => ({
  id: { group: "apps", kind: "Deployment", namespace: "shop", name },
  wanted: true,
  assessment: { health: "Healthy" },
  failure: undefined,
  drifted: false,
  asTargeted: true,
  ...over,
});
const done: Progress = { kind: "applied", prune: { kind: "done" } };
const held: Progress = {
  kind: "applied",
  prune: {
    kind: "held",
    message: "m".repeat(300),
    hash: `sha256:${"0".repeat(64)}`,
    list: Array.from({ length: 9_999 }, (_, i) => ({ group: "", kind: "ConfigMap", namespace: "a", name: `c${i}` })),
  },
};
const waiting: Progress = { kind: "waiting", for: { reason: "WaitingForWave", message: "wave 0: it is not healthy" } };
const stopped: Progress = {
  kind: "stopped",
  by: {
    id: { group: "batch", kind: "Job", namespace: "shop", name: "migrate" },
    message: "BackoffLimitExceeded",
    log: `applying 0042 | ${"x".repeat(170)}`,
  },
};
const facts = (
  objects: readonly ObjectFacts[],
  progress: Progress = done,
  state: ApplicationFacts["state"] = "active",
): ApplicationFacts => ({ state, progress, objects });
const crashed: Assessment = { health: "Degraded", reason: "CrashLoopBackOff", message: "exit code 1", container: "app" };
const conflict = { reason: "Conflict", message: "helm owns .data.a" };

const words = (given: ApplicationFacts): string => {
  const { sync, health, reason = "" } = statusOf(given);
  return `${sync} ${health} ${reason}`.trim();
};

test.each([
  { name: "in place", of: facts([object("a")]), want: "Synced Healthy" },
  { name: "empty", of: facts([]), want: "Synced Healthy" },
  { name: "not begun", of: facts([object("a")], { kind: "pending" }), want: "OutOfSync Healthy Applying" },
  {
    name: "not begun over a crash",
    of: facts([object("a", { assessment: crashed })], { kind: "pending" }),
    want: "OutOfSync Progressing Applying",
  },
  { name: "crashing", of: facts([object("a"), object("b", { assessment: crashed })]), want: "Synced Degraded" },
  { name: "in conflict", of: facts([object("a", { failure: conflict })]), want: "OutOfSync Healthy Conflict" },
  {
    name: "failing in two ways",
    of: facts([object("a", { failure: conflict }), object("b", { failure: { reason: "Forbidden", message: "" } })]),
    want: "OutOfSync Healthy ApplyFailed",
  },
  {
    name: "without its bundle",
    of: facts([object("a")], { kind: "failed", failure: { reason: "BundleUnavailable", message: "" } }),
    want: "OutOfSync Healthy BundleUnavailable",
  },
  {
    name: "waiting to prune",
    of: facts([object("a")], { kind: "applied", prune: { kind: "waiting", for: { kind: "not-healthy" }, objects: 1 } }),
    want: "OutOfSync Healthy PruneWaiting",
  },
  {
    name: "held",
    of: facts([object("a")], held),
    want: "OutOfSync Healthy PruneHeld",
  },
  { name: "waiting for a wave", of: facts([object("a")], waiting), want: "OutOfSync Progressing WaitingForWave" },
  {
    name: "waiting for a wave that crashes",
    of: facts([object("a", { assessment: crashed })], waiting),
    want: "OutOfSync Degraded WaitingForWave",
  },
  {
    name: "waiting for a wave, and crashing where it has not come to yet",
    of: facts([object("a", { assessment: crashed, asTargeted: false })], waiting),
    want: "OutOfSync Progressing WaitingForWave",
  },
  { name: "stopped by a hook", of: facts([object("a")], stopped), want: "OutOfSync Degraded HookFailed" },
  { name: "drifted", of: facts([object("a", { drifted: true })]), want: "OutOfSync Healthy Drifted" },
  {
    name: "nobody's",
    of: facts([object("a", { wanted: false, assessment: crashed })], done, "unassigned"),
    want: "Unknown Degraded Unassigned",
  },
  { name: "suspended", of: facts([object("a")], { kind: "pending" }, "suspended"), want: "Unknown Healthy Suspended" },
  { name: "let go of", of: facts([], done, "left"), want: "Synced Healthy Removed" },
  { name: "deleted", of: facts([], done, "deleted"), want: "Synced Healthy Removed" },
  {
    name: "leaving",
    of: facts([object("a", { wanted: false })], { kind: "removing", prune: { kind: "leaving", objects: 1, failed: false } }),
    want: "OutOfSync Healthy Removing",
  },
  {
    name: "held by a finalizer",
    of: facts([object("a"), object("b", { wanted: false, failure: { reason: "FinalizerStuck", message: "" } })], {
      kind: "applied",
      prune: { kind: "leaving", objects: 1, failed: false },
    }),
    want: "OutOfSync Healthy FinalizerStuck",
  },
  {
    name: "about to lose a crashing object",
    of: facts([object("a"), object("b", { wanted: false, assessment: crashed })]),
    want: "Synced Healthy",
  },
])("an application is $name: $want", ({ of, want }) => expect(words(of)).toBe(want));

const pending = (name: string, over: Partial<ObjectFacts> = {}): ObjectFacts =>
  object(name, { assessment: { health: "Progressing", reason: "NotReady", message: "x".repeat(253) }, ...over });

test("at most three objects are named, those to act on first", () => {
  const many = Array.from({ length: 9 }, (_, i) => pending(`p${i}`));
  const { failing } = statusOf(facts([...many, object("crashed", { assessment: crashed }), object("failed", { failure: conflict })]));
  expect(failing.map(({ name, reason }) => `${name} ${reason}`)).toEqual(["failed Conflict", "crashed CrashLoopBackOff", "p0 NotReady"]);
  expect(failing[1]).toMatchObject({ container: "app" });
});

test("a failed hook is named first, and the status has the lines of its log", () => {
  const { message, failing } = statusOf(facts([object("failed", { failure: conflict })], stopped));
  expect(message).toMatch(/^hook Job\.batch shop\/migrate failed: applying 0042 \| x+$/);
  expect(failing.map(({ name, reason }) => `${name} ${reason}`)).toEqual(["migrate HookFailed", "failed Conflict"]);
});

test.each([
  { name: "held", progress: held },
  { name: "stopped by a hook", progress: stopped },
])("a status stays under 1 KB, with long names too: $name", ({ progress }) => {
  const id = { group: "g".repeat(100), kind: "K".repeat(63), namespace: "n".repeat(63), name: "o".repeat(100) };
  const rest = { application: "a".repeat(53), generation: 10 ** 9, bundle: "b".repeat(71), observedAt: "2026-11-21T08:00:00.000Z" };
  const status = {
    ...rest,
    ...statusOf(
      facts(
        Array.from({ length: 9 }, (_, i) => pending(`p${i}`, { id })),
        progress,
      ),
    ),
  };
  expect(status.failing.length).toBeGreaterThan(0);
  expect(JSON.stringify(status).length).toBeLessThan(1_024);
});
