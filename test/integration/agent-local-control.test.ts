import { memberAt, parseJson } from "@drover/kit";
import { expect, test } from "vitest";
import { configMap } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, agentWorld } from "../support/agent-on-kubernetes.ts";
import { fastClock } from "../support/fast-clock.ts";
import { waitUntil } from "../support/index.ts";

const dataOf = ({ kubectl }: AgentWorld, name: string): Promise<string> => kubectl("get", "configmap", name, "-o", "jsonpath={.data.a}");
const edit = ({ kubectl }: AgentWorld, name: string, a: string): Promise<string> =>
  kubectl("patch", "configmap", name, "--type=merge", "-p", JSON.stringify({ data: { a } }));

/** An edit of a second object that is healed: had the first been to be healed, it would have been by now. */
async function healsAnother(world: AgentWorld, name: string): Promise<void> {
  await edit(world, name, "edited");
  await waitUntil(`${name} is healed`, async () => (await dataOf(world, name)) === "1");
}

test("an object marked drover.dev/suspend is left alone until the mark goes", async () => {
  const world = await agentWorld();
  await world.startAgent();
  await world.run([configMap("settings"), configMap("first"), configMap("second")]);
  await world.kubectl("annotate", "configmap", "settings", "drover.dev/suspend=true");
  await healsAnother(world, "first");
  await edit(world, "settings", "by hand");
  await healsAnother(world, "second");
  expect(await dataOf(world, "settings")).toBe("by hand");
  await world.kubectl("annotate", "configmap", "settings", "drover.dev/suspend-");
  await waitUntil("it is healed again", async () => (await dataOf(world, "settings")) === "1");
});

test("a newer bundle does not reach a suspended namespace, and the status names why", async () => {
  const world = await agentWorld();
  await world.startAgent();
  await world.run([configMap("settings")]);
  await world.cluster.kubectl(["label", "namespace", world.namespace, "drover.dev/suspend=true"]);
  await waitUntil("edits stay", async () => {
    await edit(world, "settings", "by hand");
    await new Promise((resolve) => setTimeout(resolve, 300));
    return (await dataOf(world, "settings")) === "by hand";
  });
  world.assign([configMap("settings", { a: "2" })]);
  const status = await waitUntil("it is Suspended", () => {
    const now = world.controlPlane.status("shop");
    return now?.generation === 2 && now.reason === "Suspended" ? now : undefined;
  });
  expect(status.failing[0]).toMatchObject({ name: "settings", reason: "Suspended" });
  await world.cluster.kubectl(["label", "namespace", world.namespace, "drover.dev/suspend-"]);
  await world.settled();
  expect(await dataOf(world, "settings")).toBe("2");
});

test("maintenance pauses the whole agent, says so to the control plane, and ends with the annotation", async () => {
  const world = await agentWorld();
  await world.startAgent({ clock: fastClock(10) });
  await world.run([configMap("settings")]);
  const own = (...args: readonly string[]): Promise<string> => world.cluster.kubectl(["-n", world.agentNamespace, ...args]);
  await own("create", "configmap", "drover-agent");
  await own("annotate", "configmap", "drover-agent", "drover.dev/maintenance=true");
  await waitUntil("it is reported", () => world.controlPlane.reports.at(-1)?.maintenance === true);
  await edit(world, "settings", "by hand");
  world.assign([configMap("settings", { a: "2" })]);
  await waitUntil("the status says so", () => {
    const status = world.controlPlane.status("shop");
    return status?.generation === 2 && status.reason === "Maintenance";
  });
  expect(await dataOf(world, "settings")).toBe("by hand");
  await own("annotate", "configmap", "drover-agent", "drover.dev/maintenance-");
  await world.settled();
  expect(await dataOf(world, "settings")).toBe("2");
  await waitUntil("its end is reported", () => world.controlPlane.reports.at(-1)?.maintenance === undefined);
});

test("a ConfigMap and Events tell people who have only kubectl", async () => {
  const world = await agentWorld();
  await world.startAgent({ clock: fastClock(10) });
  await world.run([configMap("settings")]);
  await edit(world, "settings", "by hand");
  const notices = (): Promise<string> =>
    world.cluster.kubectl(["-n", world.agentNamespace, "get", "configmap", "drover-agent-status", "-o", "json"]);
  await waitUntil("the application is there", async () =>
    String(memberAt(parseJson(await notices()), "data", "application.shop")).startsWith("Synced, Healthy\n"),
  );
  expect(memberAt(parseJson(await notices()), "data", "agent")).toContain("control plane: connected");
  const reasons = await waitUntil("an Event", async () => {
    const found = await world.kubectl(
      "get",
      "events",
      "--field-selector",
      "involvedObject.name=settings",
      "-o",
      "jsonpath={.items[*].reason}",
    );
    return found === "" ? undefined : found;
  });
  expect(reasons).toContain("DriftHealed");
  expect(await world.kubectl("describe", "configmap", "settings")).toContain("DriftHealed");
});
