import type { JsonObject } from "@drover/kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { contentOf, healedAfter, read, told } from "../support/drift.ts";

let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
  await world.run([...edits, { name: "autoscale" }].map(({ name }) => web(name)));
});
afterAll(() => world?.dispose());

/** A Deployment with something of each that people like to edit. */
const web = (name: string): JsonObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, labels: { tier: "web" }, annotations: { note: "from git" } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          {
            name: "app",
            image: "example.com/app:1",
            env: [{ name: "LEVEL", value: "info" }],
            ports: [{ containerPort: 80 }],
            resources: { requests: { cpu: "1000m" } },
          },
        ],
      },
    },
  },
});

const kubectl = (...args: readonly string[]): Promise<string> => world.kubectl(...args);
const stdin = (args: readonly string[], object: JsonObject): Promise<string> =>
  world.cluster.kubectl(["-n", world.namespace, ...args, "-f", "-"], JSON.stringify(object));

interface Edit {
  readonly name: string;
  readonly edit: (name: string) => Promise<unknown>;
  readonly fields: readonly string[];
  readonly actor: string | undefined;
}

const app = '.spec.template.spec.containers[name="app"]';

const edits: readonly Edit[] = [
  {
    name: "scale",
    edit: (name) => kubectl("scale", `deployment/${name}`, "--replicas=5"),
    fields: [".spec.replicas"],
    actor: "kubectl (scale)",
  },
  {
    name: "set-image",
    edit: (name) => kubectl("set", "image", `deployment/${name}`, "app=example.com/app:2"),
    fields: [`${app}.image`],
    actor: "kubectl-set",
  },
  {
    name: "set-env",
    edit: (name) => kubectl("set", "env", `deployment/${name}`, "LEVEL=debug"),
    fields: [`${app}.env[name="LEVEL"].value`],
    actor: "kubectl-set",
  },
  {
    name: "add-env",
    edit: (name) => kubectl("set", "env", `deployment/${name}`, "DEBUG=1"),
    fields: [`${app}.env[name="DEBUG"]`],
    actor: "kubectl-set",
  },
  {
    name: "set-resources",
    edit: (name) => kubectl("set", "resources", `deployment/${name}`, "--limits=cpu=2"),
    fields: [`${app}.resources.limits.cpu`],
    actor: "kubectl-set",
  },
  {
    name: "label",
    edit: (name) => kubectl("label", `deployment/${name}`, "owner=me"),
    fields: [".metadata.labels.owner"],
    actor: "kubectl-label",
  },
  {
    name: "unlabel",
    edit: (name) => kubectl("label", `deployment/${name}`, "tier-"),
    fields: [".metadata.labels.tier"],
    actor: undefined, // nobody holds what is not there
  },
  {
    name: "annotate",
    edit: (name) => kubectl("annotate", "--overwrite", `deployment/${name}`, "note=by hand"),
    fields: [".metadata.annotations.note"],
    actor: "kubectl-annotate",
  },
  {
    name: "edit",
    edit: (name) => kubectl("patch", `deployment/${name}`, "--field-manager=kubectl-edit", "-p", '{"spec":{"paused":true,"replicas":3}}'),
    fields: [".spec.replicas"],
    actor: "kubectl-edit",
  },
  {
    name: "rollout-restart",
    edit: (name) => kubectl("rollout", "restart", `deployment/${name}`),
    fields: ['.spec.template.metadata.annotations["kubectl.kubernetes.io/restartedAt"]'],
    actor: "kubectl-rollout",
  },
  {
    name: "rollout-pause",
    edit: (name) => kubectl("rollout", "pause", `deployment/${name}`),
    fields: [".spec.paused"],
    actor: "kubectl-rollout",
  },
  {
    name: "replace",
    edit: async (name) => stdin(["replace"], { ...web(name), spec: { ...(web(name)["spec"] as JsonObject), replicas: 4 } }),
    fields: ['.metadata.annotations["drover.dev/application"]', '.metadata.labels["drover.dev/owner"]', ".spec.replicas"],
    actor: "kubectl-replace",
  },
  {
    name: "client-side-apply",
    edit: async (name) => stdin(["apply"], { ...web(name), spec: { ...(web(name)["spec"] as JsonObject), replicas: 4 } }),
    fields: [".spec.replicas"],
    actor: "kubectl-client-side-apply",
  },
];

test.concurrent.each(edits)("kubectl $name is detected and undone", async ({ name, edit, fields, actor }) => {
  const episode = await healedAfter(world, { kind: "deployment", name }, () => edit(name));
  expect(episode).toMatchObject({ kind: "Deployment", name, fields, action: "Healed" });
  expect(episode.actor).toBe(actor);
});

test.concurrent("kubectl autoscale: what the autoscaler scales is scaled back, and the fight has its name", async () => {
  await kubectl("autoscale", "deployment/autoscale", "--min=4", "--max=5", "--cpu=80%");
  const episode = await told(world, "DriftHealed", "autoscale", 0, 40_000);
  expect(episode.drift).toMatchObject({ fields: [".spec.replicas"], actor: "kube-controller-manager (scale)" });
  await kubectl("delete", "hpa", "autoscale");
});

test.concurrent("kubectl rollout undo is undone", async () => {
  await world.run([web("undone")], { application: "undo" });
  const second = web("undone");
  const spec = JSON.stringify(second["spec"]).replace("app:1", "app:2");
  await world.run([{ ...second, spec: JSON.parse(spec) as JsonObject }], { application: "undo" });
  const before = contentOf(await read(world, "deployment", "undone"));
  const episode = await healedAfter(world, { kind: "deployment", name: "undone" }, () => kubectl("rollout", "undo", "deployment/undone"));
  expect(episode.fields).toEqual([`${app}.image`]);
  expect(contentOf(await read(world, "deployment", "undone"))).toEqual(before);
});
