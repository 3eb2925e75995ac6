import type { Kube } from "@drover/agent";
import { DroverError, type JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import { configMap, deployment, policy } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, agentWorld } from "../support/agent-on-kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

const annotated = (name: string, annotations: Readonly<Record<string, string>>): JsonObject => ({
  ...configMap(name),
  metadata: { name, annotations },
});

const configMaps = async (world: AgentWorld): Promise<readonly string[]> =>
  (await world.kubectl("get", "configmap", "-o", "jsonpath={.items[*].metadata.name}"))
    .split(" ")
    .filter((name) => name !== "kube-root-ca.crt");

test("what left git goes, and nothing that is kept, another's by now, or never was ours", async () => {
  const world = await agentWorld();
  const agent = await world.startAgent();
  const kept = [
    annotated("kept-by-us", { "drover.dev/prune": "disabled" }),
    annotated("kept-by-argo", { "argocd.argoproj.io/sync-options": "Prune=false" }),
    annotated("kept-by-helm", { "helm.sh/resource-policy": "keep" }),
  ];
  // Otherwise the label would be put back before the new bundle comes.
  const syncPolicy = { ...policy, selfHeal: false };
  await world.run([configMap("stays"), configMap("goes"), configMap("recreated"), configMap("relabelled"), ...kept], { syncPolicy });
  await world.kubectl("create", "configmap", "foreign", "--from-literal=a=1");
  await agent.stop();
  await world.kubectl("delete", "configmap", "recreated");
  await world.kubectl("create", "configmap", "recreated", "--from-literal=a=theirs");
  await world.kubectl("label", "configmap", "relabelled", "drover.dev/owner=somebody", "--overwrite");
  world.assign([configMap("stays")], { syncPolicy });
  await world.startAgent();
  await world.settled();
  expect(await configMaps(world)).toEqual(["foreign", "kept-by-argo", "kept-by-helm", "kept-by-us", "recreated", "relabelled", "stays"]);
  expect(world.controlPlane.events.filter(({ kind }) => kind === "Pruned").map(({ object }) => object)).toEqual([
    `ConfigMap ${world.namespace}/goes`,
  ]);
});

test("nothing goes before everything else is applied and healthy", async () => {
  const world = await agentWorld();
  await world.startAgent();
  await world.run([configMap("goes")]);
  const invalid = { ...configMap("invalid"), data: { a: 1 } };
  world.assign([configMap("stays"), invalid]);
  await world.settled({ sync: "OutOfSync" });
  await waitUntil("the rest is applied", async () => (await configMaps(world)).includes("stays"));
  world.assign([configMap("stays"), deployment("web", { annotations: { "drover.test/outcome": "crash" } })]);
  await world.settled({ sync: "OutOfSync", health: "Degraded" });
  expect(await configMaps(world)).toEqual(["goes", "stays"]);
  await world.run([configMap("stays"), deployment("web")]);
  expect(await configMaps(world)).toEqual(["stays"]);
});

test("nothing goes while a list fails or discovery is partial", async () => {
  const world = await agentWorld();
  const first = await world.startAgent();
  await world.run([configMap("stays"), configMap("goes")]);
  await first.stop();
  for (const verb of ["list", "discover"] as const) {
    let attempts = 0;
    const fails = (refused: boolean): void => {
      if (!refused) return;
      attempts += 1;
      throw new DroverError("unavailable", "KUBE_UNAVAILABLE", `${verb}: the API server failed (503)`);
    };
    const agent = await world.startAgent({ kube: failing(world.kube, verb, fails) });
    world.assign([configMap("stays")]);
    await waitUntil(`${verb} was tried`, () => attempts >= 2, 30_000);
    expect(await configMaps(world)).toEqual(["goes", "stays"]);
    await agent.stop();
  }
  await world.startAgent();
  await world.settled();
  expect(await configMaps(world)).toEqual(["stays"]);
});

/** The same cluster, where lists of ConfigMaps or discovery fail. */
function failing(kube: Kube, verb: "list" | "discover", fails: (refused: boolean) => void): Kube {
  const wrapped: Kube = new Proxy(kube, {
    get(target, name, receiver) {
      if (name === "as" || name === "fenced")
        return (...given: readonly never[]) =>
          failing((Reflect.get(target, name, receiver) as (...of: readonly never[]) => Kube)(...given), verb, fails);
      const method = Reflect.get(target, name, receiver) as unknown;
      if (name !== verb || typeof method !== "function") return method;
      return async (...given: readonly [{ readonly kind?: string }]) => {
        fails(verb === "discover" || given[0].kind === "ConfigMap");
        return (method as (...of: typeof given) => unknown).call(target, ...given);
      };
    },
  });
  return wrapped;
}

test("an object that is applied under another group is not deleted under its old one", async () => {
  const world = await agentWorld();
  await world.startAgent();
  const about = { kind: "ConfigMap", name: "stays", namespace: world.namespace };
  const core = { apiVersion: "v1", kind: "Event", metadata: { name: "note" }, involvedObject: about, reason: "Noted", type: "Normal" };
  await world.run([configMap("stays"), core]);
  const uid = (): Promise<string> => world.kubectl("get", "events.v1.", "note", "-o", "jsonpath={.metadata.uid}");
  const before = await uid();
  await world.run([
    configMap("stays"),
    { apiVersion: "events.k8s.io/v1", kind: "Event", metadata: { name: "note" }, regarding: about, reason: "Noted", type: "Normal" },
  ]);
  expect(await uid()).toBe(before);
});

test("a namespace goes after what is in it, and not while anything of ours is in it", async () => {
  const world = await agentWorld();
  await world.startAgent();
  const name = `${world.namespace}-more`;
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
  const inside = { ...configMap("inside"), metadata: { name: "inside", namespace: name } };
  await world.run([configMap("stays"), namespace, inside]);
  await world.run([configMap("other"), { ...inside, metadata: { name: "theirs", namespace: name } }], { application: "other" });
  await world.run([configMap("stays")]);
  expect(await world.kubectl("get", "namespace", name, "-o", "jsonpath={.status.phase}")).toBe("Active");
  expect(await world.kubectl("get", "configmap", "-n", name, "theirs", "-o", "jsonpath={.metadata.name}")).toBe("theirs");
});
