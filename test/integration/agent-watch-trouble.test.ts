import { expect, test } from "vitest";
import { configMap } from "../../agent/test/support/fleet.ts";
import { agentWorld, type FaultyWorld } from "../support/agent-on-kubernetes.ts";
import { fastClock } from "../support/fast-clock.ts";
import { waitUntil } from "../support/wait-until.ts";

// What the agent knows of the cluster comes from lists and watches. Whatever they lose, what git says comes back.

const dataOf = (world: FaultyWorld, name: string): Promise<string> =>
  world.kubectl("get", "configmap", name, "--ignore-not-found", "-o", "jsonpath={.data.a}");

const edit = (world: FaultyWorld, name: string): Promise<string> =>
  world.kubectl("patch", "configmap", name, "--type=merge", "-p", '{"data":{"a":"edited"}}');

const isHealed = (world: FaultyWorld, name: string): Promise<true> =>
  waitUntil(`${name} is as git says`, async () => (await dataOf(world, name)) === "1");

const watching = (world: FaultyWorld, times: number): Promise<true> =>
  waitUntil("the watch is open", () => world.proxy.count(configMapWatch) >= times);

const configMapWatch = { verb: "watch", resource: "configmaps", group: "" } as const;

test.each([
  { lost: "an edit", act: edit },
  { lost: "a deletion", act: (world: FaultyWorld, name: string) => world.kubectl("delete", "configmap", name) },
])("$lost whose event was lost is found by the dry runs that go round", async ({ act }) => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent({ dryRunEveryMs: 500 });
  await world.run([configMap("one"), configMap("two")]);
  const lost = world.proxy.addRule({ when: { verb: "watch", name: "one" }, nth: 1, fault: { kind: "drop-event" } });
  await act(world, "one");
  await waitUntil("the event is lost", () => lost.fired === 1);
  await isHealed(world, "one");
});

test("a watch that says nothing is made anew, and brings what happened meanwhile", async () => {
  const world = await agentWorld({ proxy: true });
  // Longer than a watch has to last, so as not to be taken for one that ends at once, again and again.
  await world.startAgent({ kubeOptions: { watchIdleMs: 1_500 } });
  await world.run([configMap("one")]);
  const silent = world.proxy.addRule({ when: configMapWatch, times: 1, fault: { kind: "silent-watch" } });
  world.proxy.cutWatches(); // others in this cluster keep the one that is open from being idle
  await waitUntil("the watch is silent", () => silent.fired === 1);
  await edit(world, "one");
  await isHealed(world, "one");
});

test.each([
  { name: "whose history is gone", fault: { kind: "gone-event" } },
  { name: "that is cut", fault: undefined },
] as const)("a watch $name is made anew, and nothing is lost", async ({ fault }) => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent();
  await world.run([configMap("one"), configMap("two")]);
  const opened = world.proxy.count(configMapWatch);
  if (fault) world.proxy.addRule({ when: { verb: "watch", name: "one" }, times: 1, fault });
  else world.proxy.cutWatches();
  await edit(world, "one");
  await edit(world, "two");
  await watching(world, opened + 1);
  expect(await Promise.all(["one", "two"].map((name) => isHealed(world, name)))).toEqual([true, true]);
});

const lists = [
  { name: "whose snapshot is gone after a page", rule: { nth: 2, fault: { kind: "status", status: 410 } } },
  { name: "whose body is cut", rule: { times: 2, fault: { kind: "cut", afterBytes: 200 } } },
  { name: "that nobody answers", rule: { times: 1, fault: { kind: "hang" } } },
  { name: "that is refused with 500", rule: { times: 2, fault: { kind: "status", status: 500 } } },
] as const;

test.each(lists)("a list $name is asked for again, and what is in place does not change", async ({ rule }) => {
  const world = await agentWorld({ proxy: true });
  const agent = await world.startAgent();
  const names = ["one", "two", "three", "four", "five"];
  await world.run(names.map((name) => configMap(name)));
  await agent.stop();
  const versions = (): Promise<string> =>
    world.kubectl("get", "configmap", ...names, "-o", "jsonpath={.items[*].metadata.resourceVersion}");
  const before = await versions();
  const troubled = world.proxy.addRule({ when: { verb: "list", resource: "configmaps" }, ...rule });
  await world.startAgent({ kubeOptions: { pageSize: 2, timeoutMs: 400 }, clock: fastClock(5) });
  await waitUntil("the list is in trouble", () => troubled.fired > 0);
  await world.run([...names, "six"].map((name) => configMap(name)));
  expect(await versions()).toBe(before);
});

test("a list that is older than what the agent wrote undoes nothing", async () => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent({ clock: fastClock(5) });
  await world.run([configMap("one"), configMap("gone")]);
  world.proxy.addRule({ when: { verb: "list", resource: "configmaps" }, fault: { kind: "stale-list" } });
  const relist = async (): Promise<void> => {
    const opened = world.proxy.count(configMapWatch);
    world.proxy.addRule({ when: { verb: "watch" }, nth: 1, fault: { kind: "gone-event" } });
    await world.kubectl("annotate", "configmap", "one", `moment=${opened}`);
    await watching(world, opened + 1);
  };
  await relist();
  await world.run([configMap("one", { a: "2" }), configMap("two")]);
  await waitUntil("what left git is gone", async () => (await dataOf(world, "gone")) === "");
  await relist();
  await world.settled();
  expect(await dataOf(world, "one")).toBe("2");
  expect(await dataOf(world, "two")).toBe("1");
  expect(await dataOf(world, "gone")).toBe("");
});

test("a list that leaves objects out makes the agent look, not prune", async () => {
  const world = await agentWorld({ proxy: true });
  const agent = await world.startAgent();
  await world.run(["one", "two", "three"].map((name) => configMap(name)));
  await agent.stop();
  world.proxy.addRule({ when: { verb: "list", resource: "configmaps" }, fault: { kind: "truncate-list", items: 1 } });
  await world.startAgent();
  await world.run(["one", "two", "three", "four"].map((name) => configMap(name)));
  expect(world.proxy.count({ verb: "delete", namespace: world.namespace })).toBe(0);
});

test("watches that nobody accepts are asked for less and less often, and the rest goes on", async () => {
  const world = await agentWorld({ proxy: true });
  const clock = fastClock(20);
  world.proxy.addRule({ when: { verb: "watch" }, fault: { kind: "status", status: 500 } });
  await world.startAgent({ clock });
  await world.run([configMap("one")]);
  const { length } = world.proxy.requests;
  await clock.sleep(60_000, new AbortController().signal);
  const inAMinute = world.proxy.requests.slice(length).filter(({ resource }) => resource === "configmaps");
  expect(inAMinute.filter(({ namespace }) => namespace !== world.agentNamespace).length).toBeLessThanOrEqual(25);
  await world.run([configMap("one"), configMap("two")]);
});
