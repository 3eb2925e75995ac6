import { DroverError, isJsonObject, type Json, type JsonObject, member, memberAt } from "@drover/kit";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubeconfigConnection } from "../../agent/src/adapters/kube/connection.ts";
import { createKube, type RealKube } from "../../agent/src/adapters/kube/kube.ts";
import { createMemoryCluster, type MemoryCluster } from "../../agent/src/adapters/memory/cluster.ts";
import type { Kube, KubeObject, ObjectRef, Resource } from "../../agent/src/app/kube.ts";
import { histories, type Write } from "../support/kube-histories.ts";
import { sharedKubernetes } from "../support/kubernetes.ts";

// What the in-memory cluster is for rests on its server-side apply being the real one's, so both get the same random histories.

let real: RealKube;
let memory: MemoryCluster;
let kinds: readonly Resource[];
const { signal } = new AbortController();

beforeAll(async () => {
  const { kubeconfig } = await sharedKubernetes();
  real = createKube({ connection: await kubeconfigConnection(kubeconfig) });
  memory = createMemoryCluster({ name: "agrees" });
  kinds = (await real.discover(signal)).resources;
}, 1_800_000);
afterAll(async () => {
  memory?.close();
  // A hundred namespaces with an object each stay behind: deleting them would keep the controllers from the other tests.
  await real?.close();
});

const refOf = (kind: string, namespace: string | undefined, name: string): ObjectRef => {
  const resource = kinds.find((one) => one.kind === kind);
  if (resource === undefined) throw new Error(`the cluster serves no ${kind}`);
  return { resource, namespace, name };
};

let spaces = 0;
async function namespaceInBoth(): Promise<string> {
  spaces += 1;
  const name = `agrees-${spaces}`;
  const object: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
  for (const kube of [real, memory.kube]) await kube.create(refOf("Namespace", undefined, name), object, signal);
  return name;
}

/** What a write led to, in the terms that both must agree on. */
type Outcome =
  | { readonly kind: "nothing" }
  | { readonly kind: "refused"; readonly code: string; readonly conflicts: readonly string[] }
  | { readonly kind: "written"; readonly object: KubeObject };

async function perform(kube: Kube, ref: ObjectRef, write: Write): Promise<Outcome> {
  try {
    if (write.kind === "apply") {
      const object = await kube.apply(ref, write.object, { fieldManager: write.manager, force: write.force }, signal);
      return { kind: "written", object };
    }
    const live = await kube.get(ref, signal);
    if (live === undefined) return { kind: "nothing" };
    const resourceVersion = String(live.metadata["resourceVersion"]);
    if (write.kind === "disown") return { kind: "written", object: await kube.replaceManagedFields(ref, [{}], resourceVersion, signal) };
    const metadata = { ...write.object.metadata, resourceVersion, managedFields: live.metadata["managedFields"] ?? [] };
    return { kind: "written", object: await kube.replace(ref, { ...write.object, metadata }, signal) };
  } catch (error) {
    if (!(error instanceof DroverError)) throw error;
    // The real controllers write the status between our read and our write.
    if (error.code === "KUBE_STALE") return perform(kube, ref, write);
    const conflicts = (error.details["conflicts"] ?? []) as readonly { readonly manager: string; readonly field: string }[];
    return { kind: "refused", code: error.code, conflicts: conflicts.map(({ manager, field }) => `${manager} ${field}`).toSorted() };
  }
}

/** The fields that each manager applied, exactly. */
function appliers(object: KubeObject): JsonObject {
  const entries = object.metadata["managedFields"];
  const applied = (Array.isArray(entries) ? (entries as readonly Json[]) : []).filter((entry) => member(entry, "operation") === "Apply");
  return Object.fromEntries(applied.map((entry) => [String(member(entry, "manager")), member(entry, "fieldsV1") ?? null]));
}

/** What only the real server adds: defaults that the model leaves out, and the notes of its controllers. */
function asModelled(value: Json | undefined, model: Json | undefined): Json | undefined {
  if (Array.isArray(value) && Array.isArray(model))
    return (value as readonly Json[]).map((item, index) => asModelled(item, (model as readonly Json[])[index]) ?? null);
  if (!isJsonObject(value) || !isJsonObject(model)) return value;
  return Object.fromEntries(Object.keys(model).map((key) => [key, asModelled(member(value, key), member(model, key)) ?? null]));
}

/** An outcome without what the two need not agree on. */
function comparable(outcome: Outcome, model: Outcome): unknown {
  if (outcome.kind !== "written" || model.kind !== "written") return outcome;
  const { object } = outcome;
  return {
    appliers: appliers(object),
    labels: memberAt(object, "metadata", "labels"),
    finalizers: memberAt(object, "metadata", "finalizers"),
    data: member(object, "data"),
    spec: asModelled(member(object, "spec"), member(model.object, "spec")),
  };
}

test.each(["ConfigMap", "Deployment"] as const)(
  "random writes to a %s lead to the same fields, owners and conflicts",
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(histories[kind], async (writes) => {
        const ref = refOf(kind, await namespaceInBoth(), "o");
        for (const write of writes) {
          const seen = await perform(real, ref, write);
          const modelled = await perform(memory.kube, ref, write);
          expect(comparable(modelled, modelled)).toEqual(comparable(seen, modelled));
        }
      }),
      { numRuns: 60 },
    );
  },
  120_000,
);
