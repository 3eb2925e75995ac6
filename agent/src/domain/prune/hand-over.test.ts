import { expect, test } from "vitest";
import { inheritFromProjects } from "./hand-over.ts";

const entry = (manager: string, fields: readonly string[]) => ({
  manager,
  operation: "Apply",
  apiVersion: "v1",
  fieldsType: "FieldsV1",
  fieldsV1: { "f:data": Object.fromEntries(fields.map((field) => [`f:${field}`, {}])) },
});
const live = (...managedFields: readonly ReturnType<typeof entry>[]) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", managedFields },
});

test("the fields of another project's agent become ours, and nobody else's", () => {
  const kubectl = { ...entry("kubectl", ["c"]), operation: "Update" };
  expect(inheritFromProjects(live(entry("drover/blue", ["a"]), kubectl), "drover/green")).toEqual([kubectl, entry("drover/green", ["a"])]);
  expect(inheritFromProjects(live(entry("drover/blue", ["a"]), entry("drover/green", ["b"])), "drover/green")).toEqual([
    entry("drover/green", ["a", "b"]),
  ]);
});

test("within one project there is nothing to hand over", () => {
  expect(inheritFromProjects(live(entry("drover/green", ["a"])), "drover/green")).toBeUndefined();
});
