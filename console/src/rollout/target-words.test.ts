import type { RolloutTarget } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { countStates, sinceOf, targetsToShow, troublesByCluster } from "./target-words.ts";

const target = (cluster: string, state: RolloutTarget["state"], more: object = {}): RolloutTarget =>
  ({ cluster, state, ...more }) as never as RolloutTarget;
const targets = [
  target("eu-1", "Succeeded", { wave: 0 }),
  target("eu-2", "Waiting", { wave: 1 }),
  target("us-1", "Failed", { wave: 1 }),
  target("us-2", "Failed", { wave: 0 }),
];
const names = (shown: readonly RolloutTarget[]): readonly string[] => shown.map(({ cluster }) => cluster);

test("the worst comes first, earlier waves before later ones", () =>
  expect(names(targetsToShow(targets, { text: "" }))).toEqual(["us-2", "us-1", "eu-2", "eu-1"]));

test("a state and a part of the name narrow it", () => {
  expect(names(targetsToShow(targets, { state: "Failed", text: "" }))).toEqual(["us-2", "us-1"]);
  expect(names(targetsToShow(targets, { text: " EU " }))).toEqual(["eu-2", "eu-1"]);
});

test("states are counted, the worst first, without those that there are none of", () =>
  expect(countStates(targets)).toEqual([
    ["Failed", 2],
    ["Waiting", 1],
    ["Succeeded", 1],
  ]));

test("a cluster under way is so since it said that it has it", () => {
  expect(sinceOf(target("a", "InFlight", { dispatchedAt: "1", acknowledgedAt: "2" }))).toBe("2");
  expect(sinceOf(target("a", "InFlight", { dispatchedAt: "1" }))).toBe("1");
  expect(sinceOf(target("a", "Waiting"))).toBeUndefined();
});

test("what fails first is told of a cluster that has failed or is under way, of this rollout's own generation", () => {
  const failing = (name: string) => ({ group: "", kind: "Pod", name, reason: "CrashLoopBackOff", message: "exit code 1" });
  const status = (clusterId: string, generation: number, failed: readonly string[]) =>
    ({ clusterId, generation, health: "Degraded", sync: "Synced", failing: failed.map(failing) }) as const;
  const some = [
    target("a", "Failed", { clusterId: "a", generation: 2 }),
    target("b", "InFlight", { clusterId: "b", generation: 2 }),
    target("c", "Succeeded", { clusterId: "c", generation: 2 }),
    target("d", "Failed", { clusterId: "d", generation: 2 }),
  ];
  const said = [status("a", 2, ["web", "api"]), status("b", 1, ["web"]), status("c", 2, ["web"]), status("d", 2, [])];
  const copies = said.map(({ failing: objects, ...rest }) => ({ ...rest, failing: [...objects] }));
  expect([...troublesByCluster(some, copies)]).toEqual([["a", "Pod/web: CrashLoopBackOff: exit code 1 (and 1 more)"]]);
});
