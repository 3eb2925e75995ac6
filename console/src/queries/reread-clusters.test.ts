import type { Cluster } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { replaced } from "./reread-clusters.ts";

const cluster = (id: string, name = id): Cluster => ({
  id,
  name,
  project: "shop",
  labels: {},
  state: "Connected",
  environments: [],
  applications: { Healthy: 0, Progressing: 0, Degraded: 0, Suspended: 0, Missing: 0, Unknown: 0 },
});

test("what was read anew stands in its place, the gone are gone, the new are there, and the others are not touched", () => {
  const known = [cluster("a"), cluster("b"), cluster("c")];
  const now = replaced(known, ["b", "c", "d"], [cluster("d"), cluster("b", "renamed")]);
  expect(now.map(({ name }) => name)).toEqual(["a", "renamed", "d"]);
  expect(now[0]).toBe(known[0]);
});
