import { canonicalJson, DroverError, type JsonObject } from "@drover/kit";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { createMemoryCluster } from "../../../adapters/memory/cluster.ts";
import { configMapRef, policy } from "../../../../test/support/fleet.ts";
import { syncOptionsOf } from "../../../domain/apply/sync-options.ts";
import { managedFieldsOf } from "../../../domain/manifest-fields.ts";
import type { KubeObject } from "../../kube.ts";
import type { EngineContext } from "../context.ts";
import { takeOver, takeOverUnchanged } from "./take-over.ts";
import type { Writing } from "./writing.ts";

// Who wrote what before us is random; what must hold whatever it was is not. kubectl's commands never apply on the server's side.

const cluster = createMemoryCluster({ name: "test" });
afterAll(() => cluster.close());
const context = { signal: new AbortController().signal } as EngineContext;

const data = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2"), { noNullPrototype: true });
const write = fc.record({
  manager: fc.constantFrom("helm", "kubectl-client-side-apply", "kubectl-edit", "argocd-controller", "some-operator"),
  how: fc.constantFrom("apply", "update"),
  data,
});
const history = fc.array(write, { minLength: 1, maxLength: 4 });

let objects = 0;
async function made(writes: readonly { readonly manager: string; readonly how: string; readonly data: JsonObject }[]) {
  const ref = configMapRef(`object-${(objects += 1)}`, "default");
  const object = (content: JsonObject): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: ref.name, namespace: "default" },
    data: content,
  });
  for (const { manager, how, data: content } of writes) {
    const live = await cluster.admin.get(ref);
    if (how === "apply" && !manager.startsWith("kubectl-")) await cluster.admin.applyAs(manager, ref, object(content));
    else if (live) await cluster.admin.merge(manager, ref, { data: content });
    else await cluster.admin.create(manager, ref, object(content));
  }
  const writing = (content: JsonObject): Writing => ({
    kube: cluster.kube,
    ref,
    manifest: { ...object(content), metadata: { ...object(content).metadata, labels: { "drover.dev/owner": "shop.abcdefgh" } } },
    ignore: undefined,
    fieldManager: "drover/default",
    owner: "shop.abcdefgh",
    policy,
    options: syncOptionsOf([]),
  });
  return { ref, live: (await cluster.admin.get(ref))!, writing };
}

test("an object that is taken over because it is as git says keeps its content; one that is not, is not even touched", async () => {
  await fc.assert(
    fc.asyncProperty(history, data, async (writes, wanted) => {
      const { ref, live, writing } = await made(writes);
      const taken = await takeOverUnchanged(writing(wanted), live, context).catch((error: unknown) => {
        if (!(error instanceof DroverError)) throw error;
        return undefined;
      });
      const after = (await cluster.admin.get(ref))!;
      expect(canonicalJson(after["data"] ?? {})).toBe(canonicalJson(live["data"] ?? {}));
      expect(taken !== undefined || after.metadata["resourceVersion"] === live.metadata["resourceVersion"]).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test("once it is taken over, what git has is there, and what tools had besides is gone and theirs no more", async () => {
  await fc.assert(
    fc.asyncProperty(history, data, data, async (writes, first, second) => {
      const { ref, live, writing } = await made(writes);
      await takeOver(writing(first), live, context);
      await cluster.kube.apply(ref, writing(second).manifest, { fieldManager: "drover/default", force: true }, context.signal);
      const after = (await cluster.admin.get(ref))!;
      const owners = managedFieldsOf(after).map(({ manager }) => manager);
      expect(owners.filter((manager) => manager !== "some-operator" && manager !== "drover/default")).toEqual([]);
      expect(after["data"] ?? {}).toMatchObject(second);
      const others = Object.keys((after["data"] ?? {}) as JsonObject).filter((key) => !Object.hasOwn(second, key));
      const operators = new Set(
        writes.filter(({ manager }) => manager === "some-operator").flatMap(({ data: content }) => Object.keys(content)),
      );
      expect(others.filter((key) => !operators.has(key))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
