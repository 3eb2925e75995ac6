import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import { configMap, deployment } from "../../agent/test/support/fleet.ts";
import { agentWorld, type FaultyWorld } from "../support/agent-on-kubernetes.ts";

/** The collections that the agent wrote objects of, in the order of the first write of each. */
const writtenKinds = ({ proxy, agentNamespace }: FaultyWorld): readonly string[] => [
  ...new Set(
    proxy.requests
      .filter(({ verb, isDryRun, namespace }) => verb === "apply" && !isDryRun && namespace !== agentNamespace)
      .map(({ resource }) => resource),
  ),
];

const scoped = (apiVersion: string, kind: string, name: string, rest: JsonObject): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
});

test("kinds go in the order in which they need each other, whatever the bundle's", async () => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent();
  const { namespace } = world;
  const webhook = scoped("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", `${namespace}-hook`, { webhooks: [] });
  const role = scoped("rbac.authorization.k8s.io/v1", "ClusterRole", `${namespace}-reader`, { rules: [] });
  const objects = [
    webhook,
    scoped("networking.k8s.io/v1", "Ingress", "web", {
      spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
    }),
    deployment("web"),
    scoped("v1", "Service", "web", { spec: { selector: { app: "web" }, ports: [{ port: 80 }] } }),
    configMap("settings"),
    role,
    scoped("v1", "Namespace", `${namespace}-extra`, {}),
  ];
  await world.run(objects);
  expect(writtenKinds(world)).toEqual([
    "namespaces",
    "clusterroles",
    "configmaps",
    "services",
    "deployments",
    "ingresses",
    "validatingwebhookconfigurations",
  ]);
});

test("definitions and their objects come in one bundle and one wave, at the first try", async () => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent();
  const kinds = ["Widget", "Gadget", "Gizmo"];
  const definitions = kinds.map((kind) => definition(world.group, kind));
  const resources = kinds.map((kind) => scoped(`${world.group}/v1`, kind, "one", { spec: { size: 1 } }));
  const wave = (objects: readonly JsonObject[]): readonly JsonObject[] =>
    objects.map((object) => ({
      ...object,
      metadata: { ...(object["metadata"] as JsonObject), annotations: { "drover.dev/sync-wave": "3" } },
    }));
  await world.run(wave([...resources, ...definitions]));
  const applies = world.proxy.requests.filter(({ verb, group }) => verb === "apply" && group === world.group);
  expect(applies.map(({ status }) => status)).toEqual([201, 201, 201]);
});

const definition = (group: string, kind: string): JsonObject =>
  scoped("apiextensions.k8s.io/v1", "CustomResourceDefinition", `${kind.toLowerCase()}s.${group}`, {
    spec: {
      group,
      scope: "Namespaced",
      names: { plural: `${kind.toLowerCase()}s`, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      ],
    },
  });
