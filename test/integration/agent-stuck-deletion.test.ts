import { instant } from "@drover/kit";
import { type Clock, systemClock } from "@drover/kit/node";
import { expect, test } from "vitest";
import { configMap } from "../../agent/test/support/fleet.ts";
import { agentWorld } from "../support/agent-on-kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

test("a finalizer that does not let go is named after ten minutes, and never taken off", async () => {
  const world = await agentWorld();
  let aheadMs = 0;
  const clock: Clock = { ...systemClock, now: () => instant(systemClock.now() + aheadMs) };
  const agent = await world.startAgent({ clock });
  const stuck = { ...configMap("stuck"), metadata: { name: "stuck", finalizers: ["example.com/hold"] } };
  await world.run([configMap("stays"), stuck]);
  world.assign([configMap("stays")]);
  await waitUntil("it is being deleted", () => agent.statuses()[0]?.reason === "Pruning");
  aheadMs = 11 * 60_000;
  expect(agent.statuses()[0]).toMatchObject({
    sync: "OutOfSync",
    reason: "FinalizerStuck",
    message: "deleted 11 minutes ago and held by example.com/hold: whoever put it there has to let go",
    failing: [{ kind: "ConfigMap", name: "stuck", reason: "FinalizerStuck" }],
  });
  expect(await world.kubectl("get", "configmap", "stuck", "-o", "jsonpath={.metadata.finalizers}")).toBe('["example.com/hold"]');
  aheadMs = 0;
  await world.kubectl("patch", "configmap", "stuck", "--type=json", "-p", '[{"op":"remove","path":"/metadata/finalizers"}]');
  await world.settled();
});

test("nothing is asked of a namespace that is being deleted, and everything comes back once it is there anew", async () => {
  const world = await agentWorld();
  await world.startAgent();
  const name = `${world.namespace}-going`;
  await world.kubectl("create", "namespace", name);
  const inside = (object: string) => ({ ...configMap(object), metadata: { name: object, namespace: name } });
  const blocker = JSON.stringify({
    ...inside("blocker"),
    metadata: { name: "blocker", namespace: name, finalizers: ["example.com/hold"] },
  });
  await world.cluster.kubectl(["apply", "-f", "-"], blocker);
  await world.kubectl("delete", "namespace", name, "--wait=false");
  world.assign([configMap("elsewhere"), ...Array.from({ length: 20 }, (_, i) => inside(`c${i}`))]);
  const status = await waitUntil("it is blocked", () => {
    const found = world.controlPlane.status("shop");
    if (found?.reason === "Blocked") return found;
    throw new Error(JSON.stringify(found));
  });
  expect(status.failing[0]?.message).toBe(`namespace ${name} is being deleted: nothing can be made in it until it is gone`);
  expect(await world.kubectl("get", "configmap", "elsewhere", "-o", "jsonpath={.data.a}")).toBe("1");

  await world.kubectl("-n", name, "patch", "configmap", "blocker", "--type=json", "-p", '[{"op":"remove","path":"/metadata/finalizers"}]');
  await waitUntil("it is gone", async () => (await world.kubectl("get", "namespace", name, "--ignore-not-found")) === "");
  await world.kubectl("create", "namespace", name);
  await world.settled();
});
