import type { Environment, Placement, Quarantine, Release, Rollout } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { boardColumns } from "./board-columns.ts";

const environment = (name: string, spec: object = {}): Environment => ({ name, spec }) as never as Environment;
const placement = (name: string, more: object = {}): Placement =>
  ({ environment: name, revision: "c1", release: { id: "r1", name: "web-1" }, pin: { revision: "c1", clusters: {} }, ...more }) as never;
const rollout = (name: string, ...holds: readonly object[]): Rollout => ({ environment: name, holds }) as never as Rollout;
const nothing = { placements: [], releases: [], rollouts: [], quarantines: [] };

test("environments stand in promotion order, each with what is there and under way", () => {
  const columns = boardColumns({
    ...nothing,
    environments: [environment("production", { promotesFrom: ["staging"] }), environment("staging")],
    placements: [placement("staging")],
    releases: [{ id: "r1", message: "Version 1" } as never as Release],
    rollouts: [rollout("staging")],
  });
  expect(columns.map(({ environment: { name }, release, rollout: open }) => [name, release?.message, open !== undefined])).toEqual([
    ["staging", "Version 1", true],
    ["production", undefined, false],
  ]);
});

const quarantine = (more: object): Quarantine => ({ revision: "c1", reason: "it leaks", ...more }) as never as Quarantine;

test.each([
  { name: "a revision that is forbidden everywhere", given: { quarantines: [quarantine({})] }, want: ["quarantined"] },
  { name: "contents that are forbidden elsewhere", given: { quarantines: [quarantine({ environment: "staging" })] }, want: [] },
  {
    name: "what holds a rollout from outside of it",
    given: { rollouts: [rollout("production", { kind: "Frozen", message: "a freeze" }, { kind: "Soaking" })] },
    want: ["frozen"],
  },
  {
    name: "clusters with a revision of their own",
    given: { placements: [placement("production", { pin: { revision: "c1", clusters: { "eu-1": { revision: "c0" } } } })] },
    want: ["1 pinned apart"],
  },
  {
    name: "an environment that follows a branch",
    given: { environments: [environment("production", { track: "head" })], placements: [placement("production", { pin: undefined })] },
    want: ["follows the branch"],
  },
  {
    name: "an environment with windows",
    given: { environments: [environment("production", { windows: [{ kind: "deny", schedule: "0 0 * * 6", duration: "48h" }] })] },
    want: ["has windows"],
  },
])("marks $name", ({ given, want }) => {
  const facts = { ...nothing, environments: [environment("production")], placements: [placement("production")], ...given };
  expect(boardColumns(facts)[0]?.marks.map(({ word }) => word)).toEqual(want);
});
