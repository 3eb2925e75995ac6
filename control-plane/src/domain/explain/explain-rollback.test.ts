import { instant } from "@drover/kit";
import { expect, test } from "vitest";
import { resolveStrategy } from "../rollout/strategy.ts";
import { explainRollout, type RolloutFacts } from "./explain-rollout.ts";
import { listLinks } from "./link.ts";

const now = instant(1_000_000);
const [v1, v2] = ["1".repeat(40), "2".repeat(40)];
const failed: RolloutFacts = {
  id: "r2",
  application: "web",
  environment: "production",
  phase: "RollingBack",
  revision: v2 ?? "",
  strategy: resolveStrategy({}),
  holds: [],
  targets: [],
  canGoBack: true,
  supersededBy: undefined,
  endedBecause: undefined,
  finishedAt: undefined,
};
const quarantine = { name: v2 ?? "", kind: "Revision", problem: undefined } as const;
const rollback: RolloutFacts = {
  ...failed,
  id: "r3",
  phase: "Running",
  revision: v1 ?? "",
  holds: [{ because: { kind: "EarlierWave", wave: "eu", waiting: 1, inFlight: 1 }, clusters: 2, examples: [] }],
  rollsBack: { id: "r2", revision: v2 ?? "", reason: "rollout r2 failed: 1 failed, 0 may (eu-1)" },
};
const told = (facts: RolloutFacts): string[] => listLinks(explainRollout(facts, now)).map(({ kind, message }) => `${kind}: ${message}`);

test("what is being taken back names its rollback, and what that one waits for", () => {
  expect(told({ ...failed, rollback, quarantine })).toEqual([
    "RollingBack: it is being taken back by rollout r3: rollout r2 failed: 1 failed, 0 may (eu-1)",
    "EarlierWave: wave eu is not done: 1 waiting, 1 in flight; 2 clusters wait",
    "Quarantined: revision 2222222 of web is quarantined until somebody lifts it",
  ]);
});

test("what was taken back says what failed, and how it may be tried again", () => {
  const links = explainRollout({ ...failed, phase: "RolledBack", rollback: { ...rollback, phase: "Completed" }, quarantine }, now);
  expect(links.map(({ kind }) => kind)).toEqual(["RolledBack", "Quarantined"]);
  expect(links[0]?.message).toContain("1 failed, 0 may (eu-1)");
  expect(links[1]?.action).toBe("drover quarantine lift web 2222222 --reason TEXT");
});

test("a rollback says whom it takes back, also when it is done, and why git does not say so yet", () => {
  const problem = { code: "FLEET_PUSH_REFUSED", message: "main is protected" };
  expect(told({ ...rollback, phase: "Completed", quarantine: { ...quarantine, problem } })).toEqual([
    "Rollback: it took back revision 2222222: rollout r2 failed: 1 failed, 0 may (eu-1)",
    "Completed: revision 1111111 reached every cluster at never",
    "Quarantined: revision 2222222 of web is quarantined until somebody lifts it",
    "QuarantineNotCommitted: git does not say so yet, and it is tried again: main is protected",
  ]);
});
