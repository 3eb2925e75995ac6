import type { JsonObject } from "@drover/kit";
import type { Assignment } from "@drover/proto/wire";
import { expect, test } from "vitest";
import { assignment, configMap } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, agentWorld } from "../support/agent-on-kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

const of = (
  world: AgentWorld,
  application: string,
  generation: number,
  objects: readonly JsonObject[],
  over: Partial<Assignment> = {},
): Assignment => assignment(world.controlPlane.bundle(objects), { application, generation, namespace: world.namespace, ...over });
const synced = (world: AgentWorld, application: string, generation: number): Promise<unknown> =>
  waitUntil(`${application} is Synced`, () => {
    const status = world.controlPlane.status(application);
    return status?.generation === generation && status.sync === "Synced";
  });
const stateOf = (world: AgentWorld): Promise<string> =>
  world.kubectl("get", "configmap", "moved", "-o", "jsonpath={.metadata.uid} {.metadata.annotations.drover\\.dev/application} {.data}");

const stays = configMap("stays");
const before = configMap("moved", { a: "1", b: "1" });
const after = configMap("moved", { a: "2" });

async function moving(): Promise<{ readonly world: AgentWorld; readonly uid: string }> {
  const world = await agentWorld();
  await world.startAgent();
  world.controlPlane.assign(of(world, "old", 1, [stays, before]), of(world, "new", 1, []));
  await synced(world, "old", 1);
  return { world, uid: (await stateOf(world)).split(" ")[0]! };
}

test.each(["default", "other"])(
  "in one envelope, to an application of project %s: never deleted, and all of it the new owner's",
  async (project) => {
    const { world, uid } = await moving();
    world.controlPlane.assign(of(world, "old", 2, [stays]), of(world, "new", 2, [after], { project }));
    await synced(world, "old", 2);
    await synced(world, "new", 2);
    expect(await stateOf(world)).toBe(`${uid} new {"a":"2"}`);
  },
);

test("the new owner comes first: it says whose the object is, and takes it once the old one has let go", async () => {
  const { world, uid } = await moving();
  world.controlPlane.assign(of(world, "old", 1, [stays, before]), of(world, "new", 2, [after]));
  await waitUntil("a conflict", () => world.controlPlane.status("new")?.failing[0]?.message.includes("belongs to application old"));
  expect(await stateOf(world)).toBe(`${uid} old {"a":"1","b":"1"}`);
  world.controlPlane.assign(of(world, "old", 2, [stays]), of(world, "new", 2, [after]));
  await synced(world, "old", 2);
  await synced(world, "new", 2);
  expect(await stateOf(world)).toBe(`${uid} new {"a":"2"}`);
});

test("the agent dies after the old owner has let go and before the new one has taken: the next one takes", async () => {
  const world = await agentWorld();
  const first = await world.startAgent();
  world.controlPlane.assign(of(world, "old", 1, [stays, before]), of(world, "new", 1, []));
  await synced(world, "old", 1);
  const uid = (await stateOf(world)).split(" ")[0]!;
  // Not valid, so that the new owner cannot take it.
  world.controlPlane.assign(of(world, "old", 2, [stays]), of(world, "new", 2, [{ ...after, data: { a: 2 } }]));
  await synced(world, "old", 2);
  await first.kill();
  world.controlPlane.assign(of(world, "old", 2, [stays]), of(world, "new", 3, [after]));
  await world.startAgent();
  await synced(world, "new", 3);
  expect(await stateOf(world)).toBe(`${uid} new {"a":"2"}`);
});

test("back again, as a rollback does it", async () => {
  const { world, uid } = await moving();
  world.controlPlane.assign(of(world, "old", 2, [stays]), of(world, "new", 2, [after]));
  await synced(world, "new", 2);
  await synced(world, "old", 2);
  world.controlPlane.assign(of(world, "old", 3, [stays, before]), of(world, "new", 3, []));
  await synced(world, "old", 3);
  expect(await stateOf(world)).toBe(`${uid} old {"a":"1","b":"1"}`);
});
