import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { differences } from "./difference.ts";
import { meetObject, type WhenToTakeOver } from "./meet.ts";

const object = (labels: JsonObject = {}, data: JsonObject = {}): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", labels, resourceVersion: "1", managedFields: [{ manager: "helm", operation: "Update" }] },
  data,
});

test.each([
  { name: "creates what is not there", live: undefined, policy: "Never", want: "create" },
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
] as const)("$name", ({ live, policy, want }) =>
  expect(meetObject(live, "shop.abcdefgh", policy satisfies WhenToTakeOver).kind).toBe(want),
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
