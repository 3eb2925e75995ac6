import { expect, test } from "vitest";
import type { TreeNode } from "./answers.ts";
import { madeFor, openingTab } from "./made-for.ts";

const node = (kind: string, parent?: number): TreeNode => ({
  group: "",
  kind,
  name: kind.toLowerCase(),
  health: "Healthy",
  ...(parent === undefined ? {} : { parent }),
});

const nodes = [node("Deployment"), node("ReplicaSet", 0), node("Pod", 1), node("Service")];

test.each([
  { of: "Pod", want: "Deployment" },
  { of: "ReplicaSet", want: "Deployment" },
  { of: "Deployment", want: undefined },
  { of: "Service", want: undefined },
  { of: "what is gone", want: undefined },
])("$of was made for $want", ({ of, want }) => {
  const chosen = nodes.find(({ kind }) => kind === of);
  expect(madeFor(nodes, chosen)?.kind).toBe(want);
});

test("parents that go round end", () => {
  const round = [node("A", 1), node("B", 0)];
  expect(madeFor(round, round[0])).toBeDefined();
});

test.each([
  { what: "a pod", isPod: true, isMade: true, mayReadLogs: true, want: "logs" },
  { what: "a pod whose log may not be read", isPod: true, isMade: true, mayReadLogs: false, want: "events" },
  { what: "what Kubernetes made", isPod: false, isMade: true, mayReadLogs: true, want: "events" },
  { what: "what git holds", isPod: false, isMade: false, mayReadLogs: true, want: "diff" },
])("$what opens on $want", ({ want, ...opened }) => expect(openingTab(opened)).toBe(want));
