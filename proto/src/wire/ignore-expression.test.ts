import { expect, test } from "vitest";
import { type Compiled, compileJsonPath, compileJsonPointer } from "./ignore-expression.ts";

const object = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "a", annotations: { "a/b": "1" } },
  spec: {
    port: 2n ** 60n,
    containers: [
      { name: "app", image: "i" },
      { name: "proxy", image: "j" },
    ],
  },
};

const found = (compiled: Compiled): string =>
  "problem" in compiled
    ? `refused: ${compiled.problem}`
    : compiled
        .locate(object)
        .map((location) => location.join("/"))
        .join(" ");

test.each([
  ["/spec/containers/1/image", "spec/containers/1/image"],
  ["/metadata/annotations/a~1b", "metadata/annotations/a/b"],
  ["/spec/port", "spec/port"],
  ["/spec/absent/deeper", ""],
  ["/spec/containers/-", ""],
  ["/spec/constructor", ""],
])("the pointer %s finds %j", (pointer, places) => expect(found(compileJsonPointer(pointer))).toBe(places));

test.each(["", "spec", "/a~2", "/kind", "/metadata", "/metadata/name"])("the pointer %j is refused", (pointer) =>
  expect(found(compileJsonPointer(pointer))).toMatch(/^refused/),
);

test.each([
  ["$.spec.containers[?@.name == 'proxy'].image", "spec/containers/1/image"],
  ["$..image", "spec/containers/0/image spec/containers/1/image"],
  ["$.*", "spec"],
  ["$..name", "spec/containers/0/name spec/containers/1/name"],
  ["$.constructor", ""],
])("the path %s finds %j", (path, places) => expect(found(compileJsonPath(path))).toBe(places));

test.each(["$", "spec", "$[", "$..a..b", "$.a[?@.b == $.c]", "$.a[?match(@.b, '(a+)+$')]"])("the path %s is refused", (path) =>
  expect(found(compileJsonPath(path))).toMatch(/^refused/),
);
