import type { Notification } from "@drover/proto/fleet";
import { expect, test } from "vitest";
import { joinWindows, messageOfWindow } from "./cluster-window.ts";
import { decideNotifications } from "./decide.ts";
import { gateKey, type LoggedEvent, type NotificationFacts, type RolloutFacts } from "./facts.ts";
import type { Route } from "./routes.ts";

const rollout: RolloutFacts = {
  id: "r1",
  application: "web",
  environment: "production",
  kind: "Rollout",
  revision: "2b3c",
  previousRevision: "1a2b",
  actor: "users/ada",
  reason: "new prices",
  rollsBack: undefined,
  targets: { succeeded: 2, failed: 1, waiting: 4 },
  failed: ["eu-3"],
};

const facts: NotificationFacts = {
  rollouts: new Map([
    ["r1", rollout],
    ["r2", { ...rollout, id: "r2", kind: "Rollback", rollsBack: "r1" }],
  ]),
  gates: new Map([
    [gateKey("r1", "before", "rest", "signed-off"), { run: "g1", attempt: 1, type: "Approval", requiredApprovals: 2 }],
    [gateKey("r1", "after", "canary", "errors"), { run: "g2", attempt: 1, type: "Http", requiredApprovals: 1 }],
  ]),
  clusters: new Map([
    ["c1", { name: "eu-1", project: "shop", labels: { tier: "production" } }],
    ["c2", { name: "eu-2", project: "shop", labels: { tier: "production" } }],
    ["c3", { name: "lab", project: "lab", labels: {} }],
  ]),
  environments: [{ name: "production", clusterSelector: { matchLabels: { tier: "production" } } }],
  projects: new Map([["web", "shop"]]),
};

const route = (name: string, form: Omit<Notification, "receiver"> = {}, type: Notification["receiver"]["type"] = "Slack"): Route => ({
  name,
  form: { ...form, receiver: { type, credentialsRef: "x" } },
});

let events = 0;
const event = (kind: string, subject: string, body: Readonly<Record<string, unknown>>): LoggedEvent => ({
  cursor: `1-${(events += 1)}`,
  at: "2026-11-21T18:00:00.000Z",
  kind,
  subject,
  body,
});
const step = (name: string | null, id = "r1", more: object = {}): LoggedEvent =>
  event("RolloutChanged", `rollouts/${id}`, { id, event: name, ...more });
const silence = (id: string, from: string, to: string): LoggedEvent => event("ClusterStateChanged", `clusters/${id}`, { from, to });

/** `route: Severity Event title` of each message. */
const told = (log: readonly LoggedEvent[], routes: readonly Route[] = [route("all")]): readonly string[] =>
  decideNotifications(log, routes, facts).deliveries.map(
    ({ route: { name }, message }) => `${name}: ${message.severity} ${message.event} ${message.title}`,
  );

test.each([
  { name: "started", want: "Info RolloutStarted Rollout of web in production has started" },
  { name: "paused", want: "Info RolloutPaused Rollout of web in production is paused" },
  { name: "resumed", want: "Info RolloutResumed Rollout of web in production goes on" },
  { name: "budgetSpent", want: "Critical RolloutHalted Rollout of web in production has halted" },
  { name: "rollbackStarted", want: "Critical RolloutRollingBack Rollout of web in production has failed and is rolling back" },
  { name: "rolledBack", want: "Warning RolloutRolledBack Rollout of web in production was rolled back" },
  { name: "completed", want: "Info RolloutCompleted Rollout of web in production has completed" },
  { name: "superseded", want: "Info RolloutSuperseded Rollout of web in production gave way to a newer one" },
  { name: "aborted", want: "Warning RolloutAborted Rollout of web in production was aborted" },
  { name: "takenUp", want: "Info RolloutResumed Rollout of web in production is taken up again" },
])("a rollout that has $name is one message", ({ name, want }) => expect(told([step(name)])).toEqual([`all: ${want}`]));

test.each([
  { name: "a plan's step", log: [step(null)] },
  { name: "an order about one cluster", log: [step("retry")] },
  { name: "a rollout that was only made", log: [step("created")] },
  { name: "the end of a rollback, which is told of what it takes back", log: [step("completed", "r2")] },
  { name: "a rollout that is there no more", log: [step("completed", "r9")] },
  { name: "a cluster's own step", log: [event("TargetChanged", "rollouts/r1", { id: "r1", to: "failed" })] },
  {
    name: "a gate that measures by itself",
    log: [event("GateChanged", "rollouts/r1", { ...gate("errors", "after", "canary"), state: "Open" })],
  },
])("$name is not told", ({ log }) => expect(told(log)).toEqual([]));

function gate(name: string, when: string, wave: string) {
  return { id: "r1", application: "web", environment: "production", gate: name, when, wave };
}

test("a halt says which clusters failed, and a person's word stands beside their name", () => {
  const [halted, aborted] = decideNotifications(
    [step("budgetSpent"), step("aborted", "r1", { actor: "users/eve", because: { kind: "Asked", reason: "wrong prices" } })],
    [route("all")],
    facts,
  ).deliveries;
  expect([halted?.message.text, aborted?.message.text]).toEqual(["1 cluster failed: eu-3", "users/eve: wrong prices"]);
  expect(halted?.message.facts).toContainEqual({ name: "Clusters", value: "2 succeeded, 1 failed, 4 waiting" });
});

test("an approval that is waited for is told once, however often somebody has a say in it", () => {
  const open = { ...gate("signed-off", "before", "rest"), state: "Open" };
  const { deliveries } = decideNotifications(
    [
      event("GateChanged", "rollouts/r1", { ...open, message: "0 of 2" }),
      event("GateChanged", "rollouts/r1", { ...open, message: "1 of 2" }),
    ],
    [route("all")],
    facts,
  );
  expect(new Set(deliveries.map(({ cause }) => cause))).toEqual(new Set(["gate g1 1"]));
  expect(deliveries[0]?.message).toMatchObject({
    event: "GateWaiting",
    text: "Gate signed-off, before wave rest, needs 2 approvals: 0 of 2",
  });
});

test.each([
  { name: "its project", form: { projects: ["shop"] }, hears: true },
  { name: "another project", form: { projects: ["bank"] }, hears: false },
  { name: "its environment and others", form: { environments: ["staging", "production"] }, hears: true },
  { name: "another environment", form: { environments: ["staging"] }, hears: false },
  { name: "another application of its environment", form: { environments: ["production"], applications: ["api"] }, hears: false },
  { name: "its severity", form: { severities: ["Critical" as const] }, hears: true },
  { name: "other severities", form: { severities: ["Info" as const, "Warning" as const] }, hears: false },
  { name: "its event", form: { events: ["RolloutHalted" as const] }, hears: true },
  { name: "another event", form: { events: ["RolloutStarted" as const] }, hears: false },
])("who chose $name hears of a halt: $hears", ({ form, hears }) =>
  expect(told([step("budgetSpent")], [route("a", form)])).toHaveLength(hears ? 1 : 0),
);

test("an on-call service hears of what begins, of its end whatever the severity, and of nothing else", () =>
  expect(
    told(
      [step("started"), step("budgetSpent"), step("resumed"), step("paused")],
      [route("pager", { severities: ["Critical"] }, "PagerDuty")],
    ),
  ).toEqual([
    "pager: Critical RolloutHalted Rollout of web in production has halted",
    "pager: Info RolloutResumed Rollout of web in production goes on",
  ]));

test("everybody hears of a stop, and nobody of a place hears of a file that belongs to no place", () => {
  const routes = [route("all"), route("shop", { environments: ["production"] })];
  const invalid = (kind: string, name: string) =>
    event("FleetFileInvalid", "fleet/abc", { kind, name, path: `${name}.yaml`, problem: { message: "no" } });
  expect(told([event("FleetStopped", "fleet", { actor: "users/ada", reason: "fire" })], routes)).toHaveLength(2);
  expect(told([invalid("Strategy", "careful"), invalid("Pin", "staging/web")], routes)).toEqual([
    "all: Warning FleetFileInvalid 2 fleet files are invalid",
  ]);
  expect(told([invalid("Pin", "production/web")], routes)).toHaveLength(2);
});

test("clusters that fall silent are collected for each route that they concern", () => {
  const routes = [route("all"), route("shop", { environments: ["production"] }), route("quiet", { events: ["RolloutHalted"] })];
  const { collected, deliveries } = decideNotifications(
    [
      silence("c1", "Stale", "Offline"),
      silence("c2", "Connected", "Stale"),
      silence("c3", "Stale", "Offline"),
      silence("c2", "Offline", "Connected"),
    ],
    routes,
    facts,
  );
  expect(deliveries).toEqual([]);
  expect(collected.map(({ route: { name }, event: what, window }) => `${name} ${what} ${window.names.join(",")}`)).toEqual([
    "all ClustersOffline eu-1,lab",
    "shop ClustersOffline eu-1",
    "all ClustersReturned eu-2",
    "shop ClustersReturned eu-2",
  ]);
});

test("a thousand clusters are one message, which names some and counts all", () => {
  const names = (count: number, from: number) => Array.from({ length: count }, (_one, index) => `c-${from + index}`);
  const first = { names: names(50, 0), count: 900, since: "2026-11-21T18:00:00.000Z" };
  const joined = joinWindows(first, { names: names(50, 900), count: 100, since: "2026-11-21T18:00:10.000Z" });
  const message = messageOfWindow("ClustersOffline", joined, 1_000);
  expect(message).toMatchObject({ title: "1000 clusters are offline", incident: { action: "trigger" } });
  expect(message.text).toMatch(/^c-0, .* and 950 more$/);
});

test("the incident is closed when the last cluster is back", () => {
  const window = { names: ["eu-1"], count: 1, since: "2026-11-21T18:00:00.000Z" };
  expect(messageOfWindow("ClustersReturned", window, 3).incident).toBeUndefined();
  expect(messageOfWindow("ClustersReturned", window, 0)).toMatchObject({ title: "1 cluster is back", incident: { action: "resolve" } });
});
