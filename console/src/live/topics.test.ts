import { expect, test } from "vitest";
import { allTopics, staleBy } from "./topics.ts";

test("an event of a cluster makes that one stale in the list, not the list", () => {
  const stale = staleBy({ subject: "clusters/c1", body: {} });
  expect(stale).toContain("clusters/c1");
  expect(stale).not.toContain("clusters");
});

test("a rollout's target names its cluster too", () =>
  expect(staleBy({ subject: "rollouts/r1", body: { clusterId: "c1" } })).toContain("clusters/c1"));

test("an event of an unknown kind may have changed anything", () =>
  expect(staleBy({ subject: "comets/halley", body: {} })).toBe(allTopics));
