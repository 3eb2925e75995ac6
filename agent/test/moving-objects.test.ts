import { memberAt } from "@drover/kit";
import type { Assignment } from "@drover/proto/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { counted, assignment, configMap, configMapRef, createTestFleet, eventually, type TestFleet } from "./support/fleet.ts";

let fleet: TestFleet;
beforeEach(() => {
  fleet = createTestFleet();
});
afterEach(() => fleet.stop());

const moved = configMapRef("moved");
const of = (
  application: string,
  generation: number,
  objects: readonly ReturnType<typeof configMap>[],
  over: Partial<Assignment> = {},
): Assignment => assignment(fleet.controlPlane.bundle(objects), { application, generation, ...over });
const synced = (application: string, generation: number): Promise<unknown> =>
  eventually(`${application} is Synced`, () => {
    const status = fleet.controlPlane.status(application);
    return status?.generation === generation && status.sync === "Synced" && status.health === "Healthy";
  });
const ownerOf = async (): Promise<unknown> =>
  memberAt(await fleet.cluster.admin.get(moved), "metadata", "annotations", "drover.dev/application");
const uidOf = async (): Promise<unknown> => memberAt(await fleet.cluster.admin.get(moved), "metadata", "uid");

test("in one envelope: the object changes hands without being deleted, and loses what its new bundle does not have", async () => {
  const { kube, calls } = counted(fleet.cluster.kube);
  await fleet.startAgent(kube);
  fleet.controlPlane.assign(of("old", 1, [configMap("a"), configMap("moved", { a: "1", b: "1" })]), of("new", 1, [configMap("b")]));
  await synced("old", 1);
  await synced("new", 1);
  const uid = await uidOf();
  fleet.controlPlane.assign(
    of("old", 2, [configMap("a")]),
    of("new", 2, [configMap("b"), configMap("moved", { a: "2" })], { project: "other" }),
  );
  await synced("old", 2);
  await synced("new", 2);
  expect(await uidOf()).toBe(uid);
  expect(await ownerOf()).toBe("new");
  expect(memberAt(await fleet.cluster.admin.get(moved), "data")).toEqual({ a: "2" });
  expect(calls.get("delete") ?? 0).toBe(0);
});

test("the new owner first: a conflict that names the old one, until that lets go", async () => {
  await fleet.startAgent();
  fleet.controlPlane.assign(of("old", 1, [configMap("a"), configMap("moved")]));
  await synced("old", 1);
  fleet.controlPlane.assign(of("old", 1, [configMap("a"), configMap("moved")]), of("new", 1, [configMap("moved")]));
  const status = await eventually("in conflict", () => {
    const found = fleet.controlPlane.status("new");
    return found?.reason === "Conflict" && found;
  });
  expect(status.failing[0]?.message).toContain("belongs to application old");
  const uid = await uidOf();
  fleet.controlPlane.assign(of("old", 2, [configMap("a")]), of("new", 1, [configMap("moved")]));
  await synced("new", 1);
  await synced("old", 2);
  expect(await uidOf()).toBe(uid);
  expect(await ownerOf()).toBe("new");
});

test("a bundle that cannot be read yet may want what another would delete", async () => {
  await fleet.startAgent();
  fleet.controlPlane.assign(of("old", 1, [configMap("a"), configMap("moved")]));
  await synced("old", 1);
  const uid = await uidOf();
  const unknown = { ...of("new", 1, []), bundle: { sha256: `sha256:${"0".repeat(64)}`, size: 1, chunks: 1 } };
  fleet.controlPlane.assign(of("old", 2, [configMap("a")]), unknown);
  await eventually("it waits", () => fleet.controlPlane.status("old")?.message?.includes("application new"));
  fleet.controlPlane.assign(of("old", 2, [configMap("a")]), of("new", 2, [configMap("moved")]));
  await synced("new", 2);
  await synced("old", 2);
  expect(await uidOf()).toBe(uid);
});

test("a removal deletes nothing that another application wants", async () => {
  await fleet.startAgent();
  fleet.controlPlane.assign(of("old", 1, [configMap("a"), configMap("moved")]));
  await synced("old", 1);
  const uid = await uidOf();
  fleet.controlPlane.assign(of("old", 2, [], { state: "removing", deletionPolicy: "Delete" }), of("new", 1, [configMap("moved")]));
  await synced("new", 1);
  await eventually("Removed", () => fleet.controlPlane.status("old")?.reason === "Removed");
  expect(await uidOf()).toBe(uid);
  expect(await fleet.cluster.admin.get(configMapRef("a"))).toBeUndefined();
});
