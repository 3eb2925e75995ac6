import type { ClusterId } from "@drover/kit";
import { expect, test } from "vitest";
import { planRemoval, type RemovalTarget } from "./plan.ts";

const target = (over: Partial<RemovalTarget> = {}): RemovalTarget => ({
  clusterId: "eu-1" as ClusterId,
  application: "web",
  clusterState: "Enrolled",
  state: "withdrawn",
  deletionPolicy: undefined,
  isWanted: false,
  isRemoved: false,
  ...over,
});
const running = { isStopped: false };
const removing = { state: "removing", deletionPolicy: "Delete" } as const;

test.each([
  { name: "tells a cluster to remove what it has", given: target(), want: "remove", over: false },
  {
    name: "tells it again when it is to be removed in another way",
    given: target({ state: "removing", deletionPolicy: "Orphan" }),
    want: "remove",
    over: false,
  },
  { name: "waits while git still places it there", given: target({ state: "active", isWanted: true }), want: undefined, over: false },
  { name: "waits until the agent has done it", given: target(removing), want: undefined, over: false },
  { name: "is over with the agent's word", given: target({ ...removing, isRemoved: true }), want: "done", over: true },
  { name: "does not wait for a revoked cluster", given: target({ ...removing, clusterState: "Revoked" }), want: "release", over: true },
])("$name", ({ given, want, over }) => {
  const plan = planRemoval("Delete", [given], running);
  expect({ remove: plan.remove.length, done: plan.done.length, release: plan.release.length, isOver: plan.isOver }).toEqual({
    remove: Number(want === "remove"),
    done: Number(want === "done"),
    release: Number(want === "release"),
    isOver: over,
  });
});

test("a removal that was taken back stops where it is", () => {
  const plan = planRemoval(undefined, [target(removing), target()], running);
  expect(plan.release).toEqual([target(removing)]);
  expect(plan.isOver).toBe(false);
});

test("one without clusters is over at once", () => {
  expect(planRemoval("Delete", [], running).isOver).toBe(true);
});

test("tells nobody anything while the fleet is stopped, and is not over", () => {
  const plan = planRemoval("Delete", [target(), target({ ...removing, isRemoved: true })], { isStopped: true });
  expect(plan).toMatchObject({ remove: [], done: [{ isRemoved: true }], isOver: false });
});
