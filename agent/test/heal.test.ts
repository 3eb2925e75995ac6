import { memberAt } from "@drover/kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  assignment,
  configMap,
  configMapRef,
  createTestFleet,
  deployment,
  deploymentRef,
  eventually,
  policy,
  reported,
  type TestFleet,
} from "./support/fleet.ts";

let fleet: TestFleet;
beforeEach(async () => {
  fleet = createTestFleet();
  await fleet.startAgent();
});
afterEach(() => fleet.stop());

const settings = configMapRef("settings");

async function running(over: Parameters<typeof assignment>[1] = {}): Promise<void> {
  const { controlPlane } = fleet;
  controlPlane.assign(assignment(controlPlane.bundle([configMap("settings"), deployment("web")]), over));
  await reported(fleet, "Synced", "Healthy");
}

const told = (kind: string, message: RegExp): Promise<unknown> =>
  eventually(`${kind} ${message}`, () => fleet.controlPlane.events.find((event) => event.kind === kind && message.test(event.message)));

test("a deleted object comes back", async () => {
  await running();
  await fleet.cluster.admin.delete(settings);
  await eventually("it is back", () => fleet.cluster.admin.get(settings));
  await told("DriftHealed", /it was deleted/);
});

test("an edited field is put back, and the event names who edited it", async () => {
  await running();
  await fleet.cluster.admin.merge("kubectl-edit", settings, { data: { a: "edited" } });
  await eventually("a is 1 again", async () => memberAt(await fleet.cluster.admin.get(settings), "data", "a") === "1");
  await told("DriftHealed", /kubectl-edit changed .data.a/);
});

test("what people add is evicted", async () => {
  await running();
  await fleet.cluster.admin.merge("kubectl-edit", settings, { data: { extra: "x" } });
  await eventually("extra is gone", async () => memberAt(await fleet.cluster.admin.get(settings), "data", "extra") === undefined);
});

test("our label taken off comes back, and the object is not made twice", async () => {
  await running();
  const before = await fleet.cluster.admin.get(settings);
  await fleet.cluster.admin.merge("kubectl-label", settings, { metadata: { labels: { "drover.dev/owner": null } } });
  const after = await eventually("the label is back", async () => {
    const live = await fleet.cluster.admin.get(settings);
    return memberAt(live, "metadata", "labels", "drover.dev/owner") === "shop.abcdefgh" ? live : undefined;
  });
  expect(memberAt(after, "metadata", "uid")).toBe(memberAt(before, "metadata", "uid"));
});

test("a scaled Deployment goes back to git's replicas", async () => {
  await running();
  await fleet.cluster.admin.merge("kubectl-scale", deploymentRef("web"), { spec: { replicas: 5 } });
  await eventually("2 again", async () => memberAt(await fleet.cluster.admin.get(deploymentRef("web")), "spec", "replicas") === 2);
});

test("drift is reported and left alone where the policy says warn", async () => {
  await running({ syncPolicy: { ...policy, drift: { mode: "warn", people: "report" } } });
  await fleet.cluster.admin.merge("kubectl-edit", settings, { data: { a: "edited" } });
  await told("DriftFound", /kubectl-edit changed .data.a/);
  expect(await reported(fleet, "OutOfSync", "Healthy")).toMatchObject({ drifted: 1, reason: "Drifted" });
  expect(memberAt(await fleet.cluster.admin.get(settings), "data", "a")).toBe("edited");
});

test("a suspended application is not healed", async () => {
  await running();
  fleet.controlPlane.assign(
    assignment(fleet.controlPlane.bundle([configMap("settings"), deployment("web")]), { generation: 2, state: "suspended" }),
  );
  await eventually("suspended", () => fleet.controlPlane.status("shop")?.reason === "Suspended");
  await fleet.cluster.admin.delete(settings);
  await eventually("it is reported missing", () => fleet.controlPlane.status("shop")?.health === "Missing");
  expect(await fleet.cluster.admin.get(settings)).toBeUndefined();
});
