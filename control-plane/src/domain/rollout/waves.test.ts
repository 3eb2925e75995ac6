import type { Strategy } from "@drover/proto/fleet";
import { expect, test } from "vitest";
import { resolveStrategy } from "./strategy.ts";
import { seconds, target } from "./rollout-world.fixture.ts";
import { judge } from "./judge.ts";
import { membersOfWaves } from "./waves.ts";

const fleet = { a: "eu", b: "us", c: "eu", d: "us", e: "ap" };

function wavesOf(form: Strategy): Record<string, string> {
  const strategy = resolveStrategy(form, 5);
  const judged = Object.entries(fleet).map(([name, region]) => judge({ ...target(name), labels: { region } }, strategy, seconds(0)));
  const members = membersOfWaves(strategy, judged, {});
  return Object.fromEntries(
    strategy.waves.map(({ name }, index) => [name, (members[index] ?? []).map((one) => one.target.name).join(" ")]),
  );
}

test.each<[string, Strategy, Record<string, string>]>([
  ["one canary, then the others", {}, { canary: "a", others: "b c d e" }],
  [
    "the first wave that matches wins",
    { waves: [{ name: "eu", clusterSelector: { matchLabels: { region: "eu" } } }, { name: "all" }] },
    { eu: "a c", all: "b d e", others: "" },
  ],
  ["clusters by name", { waves: [{ name: "mine", clusters: ["d", "b", "zz"] }] }, { mine: "b d", others: "a c e" }],
  [
    "a share of those that match, rounded down, at least one",
    {
      waves: [
        { name: "some", count: "50%" },
        { name: "few", count: "1%" },
      ],
    },
    { some: "a b", few: "c", others: "d e" },
  ],
  [
    "in the order of a label, then of the name",
    { waves: [{ name: "first", count: 3, sortBy: "region" }] },
    { first: "e a c", others: "b d" },
  ],
  [
    "automatic waves cut what no wave names",
    { waves: [{ name: "canary", count: 1 }], autoWaves: { size: 2 } },
    { canary: "a", "auto-1": "b c", "auto-2": "d e", others: "" },
  ],
  [
    "what no wave names has a name of its own",
    {
      waves: [
        { name: "others", clusters: ["a"] },
        { name: "auto-1", clusters: ["b"] },
      ],
      autoWaves: { size: 4 },
    },
    { others: "a", "auto-1": "b", "auto-1-2": "c d e", "others-2": "" },
  ],
  ["in shares of all clusters", { waves: [], autoWaves: { size: "40%" } }, { "auto-1": "a b", "auto-2": "c d", others: "e" }],
])("%s", (_name, strategy, want) => {
  expect(wavesOf(strategy)).toEqual(want);
});
