import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { differences } from "./difference.ts";
import { meetObject, type WhenToTakeOver } from "./meet.ts";

const writtenBy = (...managers: readonly string[]): JsonObject => ({
  managedFields: managers.map((manager) => ({ manager, operation: manager.startsWith("drover/") ? "Apply" : "Update" })),
});
const object = (labels: JsonObject = {}, data: JsonObject = {}, metadata: JsonObject = writtenBy("helm")): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", labels, resourceVersion: "1", ...metadata },
  data,
});
const dying = { ...writtenBy("helm"), deletionTimestamp: "2026-01-01T00:00:00Z" };

test.each([
  { name: "knows its own by the label", live: object({ "drover.dev/owner": "shop.abcdefgh" }), policy: "Never", want: "ours" },
  { name: "never takes another application's", live: object({ "drover.dev/owner": "web.abcdefgh" }), policy: "Always", want: "conflict" },
  {
    name: "never takes another control plane's",
    live: object({ "drover.dev/owner": "shop.hgfedcba" }),
    policy: "Always",
    want: "conflict",
  },
  { name: "takes a foreign one when told to", live: object(), policy: "Always", want: "take" },
  { name: "compares a foreign one", live: object(), policy: "IfNoDiff", want: "compare" },
  { name: "leaves a foreign one", live: object(), policy: "Never", want: "conflict" },
  { name: "never takes another project's", live: object({}, {}, writtenBy("drover/other")), policy: "Always", want: "conflict" },
  { name: "knows its own by the only manager", live: object({}, {}, writtenBy("drover/default")), policy: "Never", want: "ours" },
  { name: "waits for what is being deleted", live: object({}, {}, dying), policy: "Always", want: "terminating" },
  {
    name: "goes on with a namespace that it has made itself",
    live: { ...object({}, {}, writtenBy("drover-agent")), kind: "Namespace" },
    policy: "IfNoDiff",
    want: "ours",
  },
  { name: "takes nothing else of the agent's own", live: object({}, {}, writtenBy("drover-agent")), policy: "Never", want: "conflict" },
] as const)("$name", ({ live, policy, want }) =>
  expect(meetObject(live, { owner: "shop.abcdefgh", fieldManager: "drover/default", policy: policy satisfies WhenToTakeOver }).kind).toBe(
    want,
  ),
);

test("our own marks and the server's bookkeeping are no difference", () => {
  const after = {
    ...object({ "drover.dev/owner": "x" }),
    metadata: { name: "a", labels: { "drover.dev/owner": "x" }, resourceVersion: "2" },
  };
  const before = { ...object(), metadata: { name: "a", resourceVersion: "1" } };
  expect(differences(before, after, 3)).toEqual([]);
  expect(differences(object({}, { a: "1", b: "2" }), object({}, { a: "1", b: "3", c: "4" }), 3)).toEqual([".data.b", ".data.c"]);
  expect(differences(object({}, { a: "1", b: "2" }), object({}, { a: "2", b: "3" }), 1)).toEqual([".data.a"]);
});
