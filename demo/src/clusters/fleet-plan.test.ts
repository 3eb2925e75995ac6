import { expect, test } from "vitest";
import { planFleet } from "./fleet-plan.ts";

const words = (clusters: number, kubernetes: number): readonly string[] =>
  planFleet(clusters, kubernetes).map(({ name, wave, kind }) => [name, wave, kind === "kubernetes" && "real"].filter(Boolean).join(" "));

test.each([
  { clusters: 1, kubernetes: 0, want: ["staging-1"] },
  { clusters: 3, kubernetes: 1, want: ["staging-1 real", "production-1 canary", "production-2 early"] },
  {
    clusters: 6,
    kubernetes: 2,
    want: ["staging-1 real", "staging-2", "production-1 canary real", "production-2 early", "production-3 rest", "production-4 rest"],
  },
  { clusters: 4, kubernetes: 4, want: ["staging-1 real", "staging-2 real", "production-1 canary real", "production-2 early real"] },
])("$clusters clusters, $kubernetes of them real", ({ clusters, kubernetes, want }) => expect(words(clusters, kubernetes)).toEqual(want));

test("gives every cluster the labels that its environment and wave select by", () => {
  expect(planFleet(3, 0).map(({ labels }) => labels)).toEqual([
    { environment: "staging" },
    { environment: "production", wave: "canary" },
    { environment: "production", wave: "early" },
  ]);
});
