import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import { configMap } from "../../agent/test/support/fleet.ts";
import { agentWorld } from "../support/agent-on-kubernetes.ts";
import { commandsIn, runCommands } from "../support/guide-commands.ts";
import { waitUntil } from "../support/wait-until.ts";

const database: JsonObject = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db" },
  spec: {
    replicas: 0,
    serviceName: "db",
    selector: { matchLabels: { app: "db" } },
    template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "db", image: "example.com/db:1" }] } },
  },
};

test("the commands of the guide do what it says of them", async () => {
  const world = await agentWorld();
  await world.startAgent();
  // The application's name stays; its namespace is the world's.
  const run = (block: string): Promise<string> =>
    runCommands(
      block.replace("--namespace shop", `--namespace ${world.namespace}`).replace("namespace shop", `namespace ${world.namespace}`),
      { "drover-system": world.agentNamespace },
      world.cluster.kubeconfig,
    );
  const [seeStatus, keep, seeOrigin, seeFinalizers, seeNamespace] = commandsIn("prune-safety.md");
  const stuck = { ...configMap("stuck"), metadata: { name: "stuck", finalizers: ["example.com/hold"] } };
  await world.run([configMap("settings"), stuck, database]);

  world.assign([configMap("settings"), stuck]);
  await waitUntil("it is held", () => world.controlPlane.status("shop")?.held);
  await waitUntil("kubectl shows it", async () => (await run(seeStatus!)).includes("PruneHeld"));
  await run(keep!);
  await world.settled();

  world.assign([configMap("settings")]);
  await waitUntil("it is being deleted", () => world.controlPlane.status("shop")?.reason === "Pruning");
  expect(await run(seeFinalizers!)).toBe('["example.com/hold"]');
  await world.kubectl("patch", "configmap", "stuck", "--type=json", "-p", '[{"op":"remove","path":"/metadata/finalizers"}]');
  await world.settled();

  world.assign([], { state: "removing" });
  await waitUntil("it is removed", () => world.controlPlane.status("shop")?.reason === "Removed");
  expect(await run(seeOrigin!)).toBe("shop");
  await run(seeNamespace!);
});
