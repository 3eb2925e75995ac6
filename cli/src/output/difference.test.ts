import { expect, test } from "vitest";
import { formatDifference } from "./difference.ts";

const deployment = { group: "apps", kind: "Deployment", namespace: "shop", name: "web", fields: [".spec.replicas"] };

test("a changed object is a unified diff of its YAML", () => {
  const change = { ...deployment, change: "Change" as const, live: { spec: { replicas: 5 } }, desired: { spec: { replicas: 3 } } };
  expect(formatDifference(change, false)).toBe(
    [
      "--- live/apps/Deployment/shop/web",
      "+++ git/apps/Deployment/shop/web",
      "@@ -1,2 +1,2 @@",
      " spec:",
      "-  replicas: 5",
      "+  replicas: 3",
      "",
    ].join("\n"),
  );
  expect(formatDifference(change, true)).toContain("\u001b[32m+  replicas: 3\u001b[39m");
});

test("a new object is all added, one that goes is all removed", () => {
  const made = formatDifference({ ...deployment, change: "Create", desired: { kind: "Deployment" } }, false);
  expect(made.split("\n")).toEqual(expect.arrayContaining(["@@ -0,0 +1,1 @@", "+kind: Deployment"]));
  const gone = formatDifference({ ...deployment, change: "Delete", live: { kind: "Deployment" } }, false);
  expect(gone.split("\n")).toContain("-kind: Deployment");
});

test("no terminal obeys what is in an object", () => {
  const change = { ...deployment, change: "Create" as const, desired: { data: { a: "\u001b[2J\u202egone" } } };
  const shown = formatDifference(change, false);
  expect([shown.includes("\u001b"), shown.includes("\u202e")]).toEqual([false, false]);
});

test("what could not be compared says why", () => {
  expect(formatDifference({ ...deployment, change: "Unknown", message: "forbidden" }, false)).toBe(
    "? apps/Deployment/shop/web: forbidden\n",
  );
});
