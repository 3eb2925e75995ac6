import { instant } from "@drover/kit";
import { expect, test } from "vitest";
import { continueEpisode, describeDrift, openEpisode, reportEpisode } from "./episode.ts";
import type { Drift } from "./judge.ts";
import { treatmentOf } from "./treatment.ts";

const edit: Drift = { kind: "edited", by: "kubectl-edit", fields: [".data.a"] };
const id = { group: "", kind: "ConfigMap", namespace: "shop", name: "a" };
const episode = openEpisode(edit, instant(0));

test("an episode goes on with what is new, and is the same without", () => {
  expect(continueEpisode(episode, edit)).toBe(episode);
  expect(continueEpisode(episode, { kind: "additions", by: "operator", fields: [".data.b"] })).toEqual({
    startedAt: 0,
    kind: "additions",
    by: "operator",
    fields: [".data.a", ".data.b"],
  });
  expect(continueEpisode(episode, { kind: "deleted", by: undefined, fields: [] })).toMatchObject({ kind: "deleted", by: "kubectl-edit" });
});

test("what is told of it is bounded", () => {
  const long = reportEpisode(id, { ...episode, by: "m".repeat(300), fields: ["f".repeat(300)] }, "Healed", instant(1_000));
  expect(long).toMatchObject({ change: "Edited", startedAt: "1970-01-01T00:00:00.000Z", endedAt: "1970-01-01T00:00:01.000Z" });
  expect([long.fields[0]?.length, long.actor?.length]).toEqual([256, 128]);
});

test.each([
  [edit, "kubectl-edit changed .data.a"],
  [{ ...edit, kind: "disowned" }, "kubectl-edit took over .data.a, with the same values"],
  [{ ...edit, kind: "additions" }, "kubectl-edit added .data.a"],
  [{ kind: "recreated", by: undefined, fields: [] }, "it was deleted and made again by somebody"],
  [{ kind: "deleted", by: undefined, fields: [] }, "it was deleted"],
] as const)("in words: %j", (drift, words) => expect(describeDrift(drift)).toBe(words));

const policy = { mode: "Apply", selfHeal: true, drift: { mode: "correct", people: "evict" } } as const;
const added: Drift = { ...edit, kind: "additions" };

test.each([
  { name: "correct", policy, drift: edit, is: "heal" },
  { name: "warn", policy: { ...policy, drift: { mode: "warn", people: "evict" } as const }, drift: edit, is: "report" },
  { name: "off", policy: { ...policy, drift: { mode: "off", people: "evict" } as const }, drift: edit, is: "ignore" },
  { name: "selfHeal: false", policy: { ...policy, selfHeal: false }, drift: edit, is: "report" },
  { name: "mode: Report", policy: { ...policy, mode: "Report" as const }, drift: edit, is: "report" },
  {
    name: "an addition where people's are reported",
    policy: { ...policy, drift: { mode: "correct", people: "report" } as const },
    drift: added,
    is: "report",
  },
  {
    name: "an edit where people's additions are reported",
    policy: { ...policy, drift: { mode: "correct", people: "report" } as const },
    drift: edit,
    is: "heal",
  },
])("$name: $is", ({ policy: given, drift, is }) => expect(treatmentOf(given, drift)).toBe(is));
