import type { HistoryEntry } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { compareHistory } from "./compare.ts";

const entry = (cluster: string, revision: string): HistoryEntry => ({
  cluster,
  clusterId: cluster,
  application: "web",
  environment: "production",
  state: "Active",
  generation: 1,
  releaseId: revision,
  release: `web-${revision}`,
  revision,
  bundle: `bundle of ${revision}`,
  since: "2026-11-21T08:00:00Z",
  proven: true,
});

test("only what is not the same is told: changed, come and gone", () => {
  const differences = compareHistory(
    [entry("a", "1"), entry("b", "1"), entry("c", "1")],
    [entry("a", "1"), entry("b", "2"), entry("d", "2")],
  );
  expect(differences.map(({ cluster, before, after }) => [cluster, before?.release, after?.release])).toEqual([
    ["b", "web-1", "web-2"],
    ["c", "web-1", undefined],
    ["d", undefined, "web-2"],
  ]);
});

test("a time compared with itself differs in nothing", () => {
  const entries = [entry("a", "1"), entry("b", "2")];
  expect(compareHistory(entries, entries)).toEqual([]);
});
