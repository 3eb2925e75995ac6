import type { Gate } from "@drover/proto/fleet";
import { expect, test } from "vitest";
import { gateWorld } from "../support/gate-world.ts";

const production = { approves: ["production"] };
const signOff = (fields: Partial<Gate> = {}): Gate => ({ name: "signed-off", type: "Approval", ...fields });
const at = { rollout: "r1", gate: "signed-off" };
const because = { reason: "the dashboards look well" };

test("two people have to approve, each counts once, and then the wave starts", async () => {
  const { world, as, work, gates } = await gateWorld({ before: [signOff({ requiredApprovals: 2 })] });
  await world.pin("v1");
  await work();
  expect(await gates()).toMatchObject([{ gate: "signed-off", type: "Approval", when: "Before", wave: "canary", state: "Open" }]);
  expect(await world.states()).toEqual({ a: "waiting", b: "waiting" });

  const [bob, eve] = [await as("bob", "viewer", production), await as("eve", "operator", { approves: ["*"] })];
  expect(await bob("approveGate", { params: at, body: because })).toMatchObject({ state: "Open", message: "1 of 2 approvals (users/bob)" });
  const bobAgain = await as("bob", "admin");
  await expect(bobAgain("approveGate", { params: at, body: because })).rejects.toMatchObject({ code: "GATE_APPROVED_ALREADY" });
  await work();
  expect(await world.states()).toEqual({ a: "waiting", b: "waiting" });

  const passed = await eve("approveGate", { params: at, body: { ...because, wave: "canary" } });
  expect(passed).toMatchObject({ state: "Passed", message: "approved by users/bob, users/eve" });
  expect(passed.approvals.map(({ subject, role, decision }) => [subject, role, decision])).toEqual([
    ["users/bob", "viewer", "Approve"],
    ["users/eve", "operator", "Approve"],
  ]);
  await work();
  expect(await world.states()).toEqual({ a: "inFlight", b: "waiting" });

  const steps = (await bob("listRolloutTransitions", { params: { rollout: "r1" } })).items.filter(({ cluster }) => cluster === undefined);
  expect(steps.map(({ event, actor }) => [event, actor])).toEqual([
    ["created", expect.any(String)],
    ["started", "drover"],
    ["GateOpened", "drover"],
    ["Approved", "users/bob"],
    ["Approved", "users/eve"],
    ["GatePassed", "drover"],
  ]);
  const { items } = await bob("listAudit", { query: { object: "rollouts/r1" } });
  expect(items.map(({ action, actor, result }) => [action, actor, result])).toEqual([
    ["gate.approve", "users/eve", "Allowed"],
    ["gate.approve", "users/bob", "Allowed"],
  ]);
});

test("who was granted nothing, or another environment, decides nothing, and that is recorded", async () => {
  const { world, as, work, gates } = await gateWorld({ before: [signOff()] });
  await world.pin("v1");
  await work();
  const [operator, staging] = [await as("oscar", "operator"), await as("sam", "viewer", { approves: ["staging"], overrides: ["staging"] })];
  for (const client of [operator, staging])
    for (const operation of ["approveGate", "rejectGate", "overrideGate"] as const)
      await expect(client(operation, { params: at, body: because })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  expect(await gates()).toMatchObject([{ state: "Open", approvals: [] }]);
  const { items } = await operator("listAudit", { query: { actor: "users/sam" } });
  expect(items.map(({ action, result }) => [action, result])).toEqual([
    ["gate.override", "Refused"],
    ["gate.reject", "Refused"],
    ["gate.approve", "Refused"],
  ]);
});

test("nobody approves a change of his own, whichever token he takes; he may reject it", async () => {
  const { world, as, work, gates } = await gateWorld({ before: [signOff()] });
  await world.pin("v1");
  await work();
  await world.database.query({ text: "update rollouts set actor = 'users/ada'" });
  for (const client of [await as("ada", "viewer", production), await as("ada", "admin")])
    await expect(client("approveGate", { params: at, body: because })).rejects.toMatchObject({ code: "GATE_SELF_APPROVAL" });
  expect(await gates()).toMatchObject([{ state: "Open", approvals: [] }]);
  const ada = await as("ada", "admin");
  expect(await ada("rejectGate", { params: at, body: { reason: "a typo" } })).toMatchObject({
    state: "Failed",
    message: "users/ada rejected it: a typo",
  });
  await work();
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Halted"]);
});

test("only those whom the gate lists may decide", async () => {
  const { world, as, work } = await gateWorld({ before: [signOff({ approvers: ["users/bob", "operator"] })] });
  await world.pin("v1");
  await work();
  const [bob, eve, root] = [await as("bob", "viewer", production), await as("eve", "viewer", production), await as("root", "admin")];
  for (const client of [eve, root])
    await expect(client("approveGate", { params: at, body: because })).rejects.toMatchObject({ code: "GATE_APPROVER_NOT_LISTED" });
  expect(await bob("approveGate", { params: at, body: because })).toMatchObject({ state: "Passed" });
  await expect(bob("approveGate", { params: at, body: because })).rejects.toMatchObject({ code: "GATE_NOT_OPEN" });
});

test("two people who approve at the same moment are both counted", async () => {
  const { world, as, work, gates } = await gateWorld({ before: [signOff({ requiredApprovals: 4 })] });
  await world.pin("v1");
  await work();
  const people = await Promise.all(["bob", "eve", "mallory", "trent"].map((name) => as(name, "viewer", production)));
  await Promise.all(people.map((client) => client("approveGate", { params: at, body: because })));
  expect(await gates()).toMatchObject([{ state: "Passed", approvals: [{}, {}, {}, {}] }]);
});

test("a gate that nobody approves in time fails", async () => {
  const { world, as, work, gates } = await gateWorld({ before: [signOff({ timeout: "1h" })] });
  await world.pin("v1");
  await work();
  world.passTime(3_600_001);
  await world.database.query({ text: "update work set due_at = now() where queue = 'gate'" });
  await work();
  expect(await gates()).toMatchObject([{ state: "Failed", message: "0 of 1 approvals when its time of 60m was over" }]);
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Halted"]);
  await expect((await as("bob", "admin"))("approveGate", { params: at, body: because })).rejects.toMatchObject({ code: "GATE_NOT_OPEN" });
});

test("resuming asks a rejected gate once more, and what was said before counts no longer", async () => {
  const { world, as, work, gates } = await gateWorld({ before: [signOff({ requiredApprovals: 2 })] });
  await world.pin("v1");
  await work();
  const [bob, eve, oscar] = [await as("bob", "viewer", production), await as("eve", "viewer", production), await as("oscar", "operator")];
  await bob("approveGate", { params: at, body: because });
  await eve("rejectGate", { params: at, body: { reason: "not on a Friday" } });
  await work();
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Halted"]);
  await oscar("resumeRollout", { params: { rollout: "r1" }, body: { reason: "it is Monday" } });
  await work();
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Running"]);
  expect(await gates()).toMatchObject([{ state: "Open", attempt: 2, message: "0 of 2 approvals" }]);
  await bob("approveGate", { params: at, body: because });
  await eve("approveGate", { params: at, body: because });
  const [gate] = await gates();
  expect(gate?.approvals.map(({ attempt, subject, decision }) => [attempt, subject, decision])).toEqual([
    [1, "users/bob", "Approve"],
    [1, "users/eve", "Reject"],
    [2, "users/bob", "Approve"],
    [2, "users/eve", "Approve"],
  ]);
  await work();
  expect(await world.states()).toEqual({ a: "inFlight", b: "waiting" });
});

test("an override passes a gate, loudly; asking again changes nothing", async () => {
  const { world, as, work, gates } = await gateWorld({ before: [signOff()] });
  await world.pin("v1");
  await work();
  const otto = await as("otto", "viewer", { overrides: ["production"] });
  await expect(otto("approveGate", { params: at, body: because })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  for (let time = 0; time < 2; time += 1)
    expect(await otto("overrideGate", { params: at, body: { reason: "the site is down" } })).toMatchObject({
      state: "Passed",
      message: "overridden by users/otto: the site is down",
    });
  await work();
  expect(await world.states()).toEqual({ a: "inFlight", b: "waiting" });
  expect(await gates()).toHaveLength(1);
  const { items } = await otto("listAudit", { query: { action: "gate.override" } });
  expect(items).toMatchObject([{ actor: "users/otto", details: { gate: "signed-off", reason: "the site is down" } }]);
  const { items: timeline } = await otto("getRolloutTimeline", { params: { rollout: "r1" } });
  expect(timeline.map(({ message }) => message)).toContain("a gate was passed over: signed-off before wave canary: the site is down");
});

test("a gate that was not opened, and one that several waves have, are named", async () => {
  const { world, as, work } = await gateWorld({ before: [signOff()] });
  await world.pin("v1");
  await work();
  const root = await as("root", "admin");
  await expect(root("approveGate", { params: { ...at, gate: "other" }, body: because })).rejects.toMatchObject({ code: "GATE_NOT_FOUND" });
  await expect(root("approveGate", { params: at, body: { ...because, wave: "others" } })).rejects.toMatchObject({ code: "GATE_NOT_FOUND" });
  await expect(root("approveGate", { params: { ...at, rollout: "r9" }, body: because })).rejects.toMatchObject({
    code: "ROLLOUT_NOT_FOUND",
  });
});
