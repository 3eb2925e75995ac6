import { randomBytes } from "node:crypto";
import type { JsonObject } from "@drover/kit";
import { freePort } from "@drover/tools";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type ChartWorld, startChartWorld } from "../support/chart-world.ts";
import { commandsIn, runCommands, type Words } from "../support/guide-commands.ts";
import { agentChart, helm } from "../support/helm.ts";
import { waitUntil } from "../support/wait-until.ts";

const run = `t-${randomBytes(4).toString("hex")}`;
const shop = `${run}-shop`;

const configMap = (name: string): JsonObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: "1" } });
const definition: JsonObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `gadgets.${run}.example.com` },
  spec: {
    group: `${run}.example.com`,
    scope: "Namespaced",
    names: { plural: "gadgets", singular: "gadget", kind: "Gadget", listKind: "GadgetList" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
};

let world: ChartWorld;
beforeAll(async () => {
  world = await startChartWorld(run, {
    shop: {
      tenant: { project: "deployer", objects: [configMap("tenant")] },
      definitions: { project: "deployer", objects: [definition] },
      plain: { objects: [configMap("plain")] },
    },
  });
});
afterAll(async () => {
  const names = [`customresourcedefinition/gadgets.${run}.example.com`];
  names.push(...["clusterrole", "clusterrolebinding"].map((kind) => `${kind}/${shop}-definitions`));
  await world?.cluster.kubectl(["delete", "--wait=false", "--ignore-not-found", ...names]);
  await world?.stop();
});

test("the commands of the guide do what it says of them", async () => {
  const { kubeconfig } = world.cluster;
  const agentNamespace = world.agentNamespace("shop");
  const words: Words = {
    "charts/drover-agent": agentChart,
    "drover-system": agentNamespace,
    shop,
    "https://drover.example.com": world.apiUrl,
    "ca.crt": world.caFile,
    // The agent runs on this machine, where the usual port may be somebody else's.
    drv1_TOKEN: `${await world.enrolmentToken("shop")} --set healthPort=${await freePort()}`,
  };
  const blocks = commandsIn("agent-permissions.md").map((block) => () => runCommands(block, words, kubeconfig));
  const [install, grant, letDefine, see, seeStatus, narrow] = blocks as [() => Promise<string>, ...(() => Promise<string>)[]];

  await install();
  onTestFinished(async () => void (await helm("helm", ["uninstall", "drover-agent", "--namespace", agentNamespace], kubeconfig)));
  await world.startAgent("shop");
  expect(await world.deploy("shop", "tenant")).toMatchObject({ sync: "OutOfSync", failing: [{ reason: "Forbidden" }] });
  await grant?.();
  await waitUntil("the tenant is Synced", async () => (await world.statusOf("tenant")).sync === "Synced", 30_000);
  await letDefine?.();
  expect(await world.deploy("shop", "definitions")).toMatchObject({ sync: "Synced" });
  expect(await see?.()).toMatch(/^yes\nyes\nResources .*\n[^]*secrets/);
  await waitUntil("the status names the application", async () => (await seeStatus?.())?.includes("application.tenant"));

  await narrow?.();
  expect(await world.deploy("shop", "plain")).toMatchObject({ sync: "Synced" });
  expect(blocks).toHaveLength(6);
});
