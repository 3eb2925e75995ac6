import { memberAt } from "@drover/kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Kube } from "../src/app/kube.ts";
import {
  assignment,
  configMap,
  configMapRef,
  changed,
  counted,
  createTestFleet,
  deployment,
  eventually,
  reported,
  type TestFleet,
} from "./support/fleet.ts";

let fleet: TestFleet;
beforeEach(() => {
  fleet = createTestFleet();
});
afterEach(() => fleet.stop());

const settings = configMapRef("settings");

test("heals from its stored envelope without any network", async () => {
  const agent = await fleet.startAgent();
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle([configMap("settings")])));
  await reported(fleet, "Synced", "Healthy");
  await agent.stop();
  fleet.controlPlane.goOffline();
  await fleet.cluster.admin.delete(settings);
  await fleet.startAgent();
  await eventually("it is back", () => fleet.cluster.admin.get(settings));
});

test("an agent whose Secrets were copied from another cluster applies nothing of that cluster's", async () => {
  const { cluster, controlPlane } = fleet;
  const original = await fleet.startAgent();
  controlPlane.assign(assignment(controlPlane.bundle([configMap("settings")])));
  await reported(fleet, "Synced", "Healthy");
  await original.stop();
  await cluster.admin.delete(settings);
  const { kube, calls } = counted(copyOf(cluster.kube));
  const enrolments = controlPlane.enrolments;
  const copy = await fleet.startAgent(kube);
  await eventually("it enrolled as itself", () => controlPlane.enrolments > enrolments);
  expect(calls.get("apply") ?? 0).toBe(0);
  expect(copy.health().position).toBeUndefined();
  expect(await cluster.admin.get(settings)).toBeUndefined();
});

/** The same objects in a cluster with another identity. */
const copyOf = (kube: Kube): Kube =>
  changed(kube, (under) => ({
    get: async (ref, signal) => {
      const object = await under.get(ref, signal);
      return object?.metadata.name === "kube-system" ? { ...object, metadata: { ...object.metadata, uid: "another" } } : object;
    },
  }));

test("a start with everything in place writes no object", async () => {
  const agent = await fleet.startAgent();
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle([configMap("settings"), deployment("web")])));
  await reported(fleet, "Synced", "Healthy");
  await agent.stop();
  const { kube, calls } = counted(fleet.cluster.kube);
  const again = await fleet.startAgent(kube);
  await eventually("in sync", () => again.statuses()[0]?.sync === "Synced" && again.statuses()[0]?.health === "Healthy");
  expect(calls.get("apply") ?? 0).toBe(0);
  expect(calls.get("delete") ?? 0).toBe(0);
  expect(again.boot).toBe(2);
});

test("a crash between storing an envelope and applying it applies it after the restart, still alone", async () => {
  const { cluster, controlPlane } = fleet;
  // The first agent can store what it hears and nothing else: every apply fails like a cut connection.
  const crashing = changed(cluster.kube, () => ({ apply: () => Promise.reject(new Error("cut")) }));
  const agent = await fleet.startAgent(crashing);
  controlPlane.assign(assignment(controlPlane.bundle([configMap("settings")])));
  await eventually("the failure is reported", () => controlPlane.status("shop")?.reason === "ApplyFailed");
  await agent.stop();
  controlPlane.goOffline();
  await fleet.startAgent();
  await eventually("it is applied", () => cluster.admin.get(settings));
});

test("an application missing from a newer envelope keeps running, unchanged, and is reported Unassigned", async () => {
  const { cluster, controlPlane } = fleet;
  const first = await fleet.startAgent();
  controlPlane.assign(assignment(controlPlane.bundle([configMap("settings")])));
  await reported(fleet, "Synced", "Healthy");
  controlPlane.assign();
  await eventually("Unassigned", () => controlPlane.status("shop")?.reason === "Unassigned");
  await cluster.admin.merge("kubectl-edit", settings, { data: { a: "edited" } });
  await first.stop();
  await fleet.startAgent();
  await eventually(
    "Unassigned after a restart",
    () => controlPlane.reports.at(-1)?.boot === 2 && controlPlane.status("shop")?.reason === "Unassigned",
  );
  expect(memberAt(await cluster.admin.get(settings), "data", "a")).toBe("edited");
});

test("a bad envelope is refused by its code and the last good one stays in force", async () => {
  const { cluster, controlPlane } = fleet;
  await fleet.startAgent();
  const good = assignment(controlPlane.bundle([configMap("settings")]));
  controlPlane.assign(good);
  await reported(fleet, "Synced", "Healthy");
  const other = assignment(controlPlane.bundle([configMap("other")]), { generation: 2 });
  const signed = controlPlane.envelope([other]);
  controlPlane.push({ ...signed, payload: Buffer.from('{"altered":true}').toString("base64") });
  controlPlane.push(controlPlane.envelope([other], { clusterUid: "another" }));
  controlPlane.push(controlPlane.envelope([other], { sequence: 1 }));
  for (const code of ["SIGNATURE_INVALID", "ENVELOPE_FOREIGN", "ENVELOPE_REPLAYED"])
    await eventually(code, () => controlPlane.events.find(({ kind, message }) => kind === "EnvelopeRefused" && message.startsWith(code)));
  await cluster.admin.delete(settings);
  await eventually("still healed", () => cluster.admin.get(settings));
  expect(await cluster.admin.get(configMapRef("other"))).toBeUndefined();
});

test("a bundle that cannot be had leaves the last one in place and healed", async () => {
  const { cluster, controlPlane } = fleet;
  await fleet.startAgent();
  controlPlane.assign(assignment(controlPlane.bundle([configMap("settings")])));
  await reported(fleet, "Synced", "Healthy");
  controlPlane.assign(assignment({ sha256: `sha256:${"0".repeat(64)}`, size: 1, chunks: 1 }, { generation: 2 }));
  await eventually("unavailable", () => controlPlane.status("shop")?.reason === "BundleUnavailable");
  await cluster.admin.delete(settings);
  await eventually("still healed", () => cluster.admin.get(settings));
});

test("a restart while the new bundle cannot be had still heals the old one", async () => {
  const { cluster, controlPlane } = fleet;
  const first = await fleet.startAgent();
  controlPlane.assign(assignment(controlPlane.bundle([configMap("settings")])));
  await reported(fleet, "Synced", "Healthy");
  controlPlane.assign(assignment({ sha256: `sha256:${"0".repeat(64)}`, size: 1, chunks: 1 }, { generation: 2 }));
  await eventually("unavailable", () => controlPlane.status("shop")?.reason === "BundleUnavailable");
  await first.stop();
  controlPlane.goOffline();
  await cluster.admin.delete(settings);
  await fleet.startAgent();
  await eventually("healed", () => cluster.admin.get(settings));
});
