import type { JsonObject } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readManifest } from "./read-manifest.ts";

const object = (over: JsonObject = {}, metadata: JsonObject = { name: "a" }): JsonObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata,
  ...over,
});
const kib = 1024;

test.each<{ name: string; of: JsonObject; want: string }>([
  { name: "no apiVersion", of: { kind: "ConfigMap", metadata: { name: "a" } }, want: "apiVersion" },
  { name: "an apiVersion that is none", of: object({ apiVersion: "a/b/c" }), want: "apiVersion" },
  { name: "no kind", of: { apiVersion: "v1", metadata: { name: "a" } }, want: "kind is missing" },
  { name: "no metadata", of: { apiVersion: "v1", kind: "ConfigMap" }, want: "metadata.name is missing" },
  { name: "no name", of: object({}, {}), want: "metadata.name must be" },
  { name: "a number for a name", of: object({}, { name: 1 }), want: "metadata.name must be" },
  { name: "a name of 254 characters", of: object({}, { name: "a".repeat(254) }), want: "metadata.name must be" },
  { name: "a name that leaves its path", of: object({}, { name: "../x" }), want: "metadata.name must be" },
  { name: "generateName", of: object({}, { generateName: "a-" }), want: "generateName makes another object" },
  { name: "a namespace that is none", of: object({}, { name: "a", namespace: "A/b" }), want: "metadata.namespace" },
  { name: "too much of it", of: object({ data: { a: "x".repeat(kib) } }), want: "larger than 1024 bytes" },
])("an object with $name is refused by itself", ({ of, want }) => {
  expect(readManifest(of, 6, kib)).toMatchObject({
    kind: "refused",
    failure: { reason: "Invalid", message: expect.stringContaining(want) },
  });
});

test("what cannot be named is known by its place", () => {
  expect(readManifest({}, 6, kib)).toMatchObject({ id: { group: "", kind: "Unknown", name: "object-7-of-the-bundle" } });
});

test("whatever comes, what reports need fits into them", () => {
  fc.assert(
    fc.property(fc.object({ key: fc.constantFrom("apiVersion", "kind", "metadata", "name", "namespace"), maxDepth: 2 }), (given) => {
      const read = readManifest(given as JsonObject, 0, kib);
      const [name, kind] = read.kind === "readable" ? [read.manifest.metadata.name, read.manifest.kind] : [read.id.name, read.id.kind];
      expect(name.length).toBeLessThanOrEqual(253);
      expect(kind.length).toBeLessThanOrEqual(63);
    }),
  );
});
