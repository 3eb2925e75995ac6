import { expect, test } from "vitest";
import { wholeObject } from "./whole-object.ts";

const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", labels: { x: "1" } }, data: { a: "1" } };

test("is the manifest with the live version, what guards the object, and nothing else", () => {
  const guards = { finalizers: ["example.com/hold"], ownerReferences: [{ uid: "u" }] };
  const live = {
    ...manifest,
    metadata: { name: "a", annotations: { more: "1" }, resourceVersion: "7", ...guards },
    data: { a: "0", b: "2" },
  };
  expect(wholeObject(manifest, live)).toEqual({
    ...manifest,
    metadata: { name: "a", labels: { x: "1" }, resourceVersion: "7", ...guards },
  });
});

test("finalizers that git sets come to those that are there", () => {
  const own = { ...manifest, metadata: { name: "a", finalizers: ["example.com/mine"] } };
  const live = { ...manifest, metadata: { name: "a", resourceVersion: "7", finalizers: ["example.com/hold"] } };
  expect(wholeObject(own, live).metadata["finalizers"]).toEqual(["example.com/mine", "example.com/hold"]);
});
