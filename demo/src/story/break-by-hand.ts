import type { KubeObject } from "@drover/agent";
import { isJsonObject, type JsonObject, memberAt } from "@drover/kit";
import type { LiveCluster, Target } from "../clusters/live-cluster.ts";
import { namespace } from "../git/web-application.ts";
import { find } from "../observe.ts";
import { notYet, right, unmet, waitUntil } from "../wait-until.ts";
import type { World } from "../world.ts";
import { patienceMs } from "./clusters-run.ts";

const inWeb = (kind: Target["kind"], name: string): Target => ({ kind, namespace, name });

/** Deletes the application's ConfigMap and waits until another one stands in its place. */
export async function deleteConfig(world: World, cluster: LiveCluster): Promise<void> {
  const target = inWeb("ConfigMap", "web-config");
  const before = await read(cluster, target);
  await cluster.delete(target);
  await untilHealed(world, cluster, target, "made again", (now) => uidOf(now) !== uidOf(before));
}

/** Edits the application's ConfigMap and waits until its data are those of git. */
export async function editConfig(world: World, cluster: LiveCluster): Promise<void> {
  const target = inWeb("ConfigMap", "web-config");
  const data = memberAt(await read(cluster, target), "data");
  const edited = await editEffectively(cluster, target, { data: { greeting: "changed by hand" } });
  await untilHealed(world, cluster, target, "as in git", (now) => isLater(now, edited) && sameText(memberAt(now, "data"), data));
}

/** Scales a Deployment and gives its container another image, and waits until both are those of git. */
export async function editDeployment(world: World, cluster: LiveCluster): Promise<void> {
  const target = inWeb("Deployment", "web");
  const before = await read(cluster, target);
  const image = imageOf(before);
  const wanted = memberAt(before, "spec", "replicas");
  const container = containerOf(before);
  const spec = { replicas: 5, template: { spec: { containers: [{ ...container, image: "registry.drover.test/web:by-hand" }] } } };
  const edited = await editEffectively(cluster, target, { spec });
  await untilHealed(
    world,
    cluster,
    target,
    "as in git",
    (now) => isLater(now, edited) && memberAt(now, "spec", "replicas") === wanted && imageOf(now) === image,
  );
}

/** An edit that changed nothing would make healing look easy. */
async function editEffectively(cluster: LiveCluster, target: Target, patch: JsonObject): Promise<KubeObject> {
  const before = await read(cluster, target);
  const edited = await cluster.edit(target, patch);
  if (versionOf(edited) === versionOf(before)) throw unmet(`${cluster.plan.name} takes the edit`, "its object is unchanged");
  return edited;
}

async function untilHealed(
  world: World,
  cluster: LiveCluster,
  target: Target,
  how: string,
  isHealed: (now: KubeObject) => boolean,
): Promise<void> {
  await waitUntil({
    expected: `${target.kind} ${target.name} of ${cluster.plan.name} is ${how}`,
    withinMs: patienceMs,
    signal: world.signal,
    look: async () => {
      const now = find(await cluster.list(target.namespace, [target.kind]), target.kind, target.name);
      if (now === undefined) return notYet("it is not there");
      return isHealed(now)
        ? right(undefined)
        : notYet(`resource version ${versionOf(now)}, ${JSON.stringify(now["data"] ?? memberAt(now, "spec", "replicas"))}`);
    },
  });
}

async function read(cluster: LiveCluster, { kind, namespace: where, name }: Target): Promise<KubeObject> {
  const object = find(await cluster.list(where, [kind]), kind, name);
  if (object === undefined) throw unmet(`${cluster.plan.name} has ${kind} ${name}`, "it is not there");
  return object;
}

function containerOf(deployment: KubeObject): JsonObject {
  const containers = memberAt(deployment, "spec", "template", "spec", "containers");
  const first: unknown = Array.isArray(containers) ? containers[0] : undefined;
  if (!isJsonObject(first)) throw unmet("the Deployment has a container", "it has none");
  return first;
}

const imageOf = (deployment: KubeObject): unknown => containerOf(deployment)["image"];
const uidOf = (object: KubeObject): unknown => object.metadata["uid"];
const versionOf = (object: KubeObject): string => JSON.stringify(object.metadata["resourceVersion"] ?? null);
const isLater = (now: KubeObject, edited: KubeObject): boolean => versionOf(now) !== versionOf(edited);
const sameText = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
