import type { WhyLink } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { formatChain } from "./chain.ts";

const link = (kind: string, subject: string, over: Partial<WhyLink> = {}): WhyLink => ({
  kind,
  subject,
  message: "m",
  numbers: {},
  ...over,
});

test("what holds a rollout stands side by side, clusters below it, and objects below their cluster", () => {
  const links = [
    link("Concurrency", "rollouts/r1"),
    link("Halted", "rollouts/r1", { action: "go back" }),
    link("ClusterFailed", "clusters/eu-1", { next: "2026-11-21T08:00:00Z", parent: 1 }),
    link("ObjectFailing", "clusters/eu-1/Deployment/web", { parent: 2 }),
    link("Progressing", "clusters/eu-2", { parent: 1 }),
    link("ApplyFailed", "clusters/eu-2", { parent: 4 }),
  ];
  expect(formatChain(links)).toBe(
    [
      "├─ Concurrency rollouts/r1: m",
      "└─ Halted rollouts/r1: m",
      "     you can: go back",
      "   ├─ ClusterFailed clusters/eu-1: m",
      "   │    next: 2026-11-21T08:00:00Z",
      "   │  └─ ObjectFailing clusters/eu-1/Deployment/web: m",
      "   └─ Progressing clusters/eu-2: m",
      "      └─ ApplyFailed clusters/eu-2: m",
      "",
    ].join("\n"),
  );
});

test("a chain that begins with a cluster begins at the margin", () => {
  expect(formatChain([link("ClusterFailed", "clusters/eu-1"), link("Degraded", "clusters/eu-1/applications/web", { parent: 0 })])).toBe(
    "└─ ClusterFailed clusters/eu-1: m\n   └─ Degraded clusters/eu-1/applications/web: m\n",
  );
});
