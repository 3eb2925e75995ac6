import type { ClusterId } from "@drover/kit";
import { expect, test } from "vitest";
import { isPlaced, intentOf } from "./intent.ts";
import { quarantineProblem } from "./quarantine.ts";
import { type FleetCluster, membersOf, type PlacingEnvironment } from "./members.ts";

const cluster = (name: string, labels: Record<string, string>): FleetCluster => ({
  id: name as ClusterId,
  name,
  form: { id: name, labels },
});
const environment = (name: string, env: string, over: Partial<PlacingEnvironment> = {}): PlacingEnvironment => ({
  name,
  form: { clusterSelector: { matchLabels: { env } } },
  pin: { revision: "abc" },
  ...over,
});
const clusters = [cluster("a", { env: "staging" }), cluster("b", { env: "production" })];
const question = {
  application: "web",
  project: undefined,
  environment: environment("staging", "staging"),
  others: [] as PlacingEnvironment[],
  clusters,
  enrolled: new Set(clusters.map(({ id }) => id)),
  applicationsOn: () => 0,
};
const names = (found: ReturnType<typeof membersOf>): string[] => found.members.map(({ name }) => name);
const codes = (found: ReturnType<typeof membersOf>): string[] => found.held.map(({ problem }) => problem.code);

test("members are the enrolled clusters that the environment selects", () => {
  expect(names(membersOf(question))).toEqual(["a"]);
  expect(names(membersOf({ ...question, enrolled: new Set() }))).toEqual([]);
});

test("a cluster that two environments want is held in both", () => {
  const found = membersOf({ ...question, others: [environment("everywhere", "staging")] });
  expect(names(found)).toEqual([]);
  expect(codes(found)).toEqual(["AMBIGUOUS_ENVIRONMENT"]);
  expect(found.rivals).toEqual(["everywhere"]);
});

test("an environment without a pin of the application is no rival", () => {
  expect(names(membersOf({ ...question, others: [environment("everywhere", "staging", { pin: undefined })] }))).toEqual(["a"]);
});

test("the 151st application of a cluster is held", () => {
  expect(codes(membersOf({ ...question, applicationsOn: () => 150 }))).toEqual(["TOO_MANY_APPLICATIONS"]);
});

test("a cluster outside the project's destinations is held", () => {
  const project = { destinations: [{ clusterSelector: { matchLabels: { team: "shop" } } }] };
  expect(codes(membersOf({ ...question, project }))).toEqual(["PROJECT_FORBIDS_CLUSTER"]);
});

const application = { source: { repository: "https://git.example/web" } };

test("a pin wins over tracking", () => {
  const tracking = { clusterSelector: {}, track: "head" } as const;
  expect(intentOf("web", application, tracking, { revision: "abc" })).toEqual({ kind: "pinned", revision: "abc" });
  expect(intentOf("web", application, tracking, undefined)).toEqual({
    kind: "tracked",
    repository: "https://git.example/web",
    ref: "main",
  });
  expect(intentOf("web", application, { ...tracking, applications: ["api"] }, undefined)).toEqual({ kind: "nothing" });
});

test("an exception alone places the application on its cluster", () => {
  const pin = { clusters: { a: { revision: "abc" } } };
  expect(isPlaced("web", { clusterSelector: {} }, pin, "a")).toBe(true);
  expect(isPlaced("web", { clusterSelector: {} }, pin, "b")).toBe(false);
});

test("a quarantined revision is refused, also by its short name", () => {
  const quarantine = { revisions: [{ revision: "0123456", reason: "crashes" }] };
  expect(quarantineProblem(quarantine, "web", "0123456789abcdef0123456789abcdef01234567")?.code).toBe("REVISION_QUARANTINED");
  expect(quarantineProblem(quarantine, "web", "f123456789abcdef0123456789abcdef01234567")).toBeUndefined();
});
