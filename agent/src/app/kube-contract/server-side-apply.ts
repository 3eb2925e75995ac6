import { canonicalJson, type Json, type JsonObject, memberAt, textAt } from "@drover/kit";
import { describe, expect, test } from "vitest";
import { type KubeObject, type ObjectRef, onlyIfAbsent } from "../kube.ts";
import type { Bench } from "./bench.ts";
import { configMap, deployment, firstContainer, owners } from "./objects.ts";
import { customKind, errorOf, eventsFrom } from "./waits.ts";

export function applyContract({ kube, run, ref, namespace, apply, applyAs, signal }: Bench): void {
  describe("server-side apply", () => {
    test("creates an object and answers it with its owner", async () => {
      const space = await namespace();
      const created = await apply(ref("ConfigMap", space, "a"), configMap("a", { color: "red" }));
      expect(created).toMatchObject({
        apiVersion: "v1",
        kind: "ConfigMap",
        data: { color: "red" },
        metadata: { name: "a", namespace: space },
      });
      expect(created.metadata["uid"]).toMatch(/^[0-9a-f-]{36}$/);
      expect(created.metadata["managedFields"]).toEqual([
        {
          manager: "drover/shop",
          operation: "Apply",
          apiVersion: "v1",
          time: expect.any(String),
          fieldsType: "FieldsV1",
          fieldsV1: { "f:data": { "f:color": {} } },
        },
      ]);
      expect(await kube.get(ref("ConfigMap", space, "a"), signal)).toEqual(created);
    });

    test("changes nothing, not even the resource version, when nothing differs", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      const first = await apply(target, configMap("a", { color: "red" }));
      expect(await apply(target, configMap("a", { color: "red" }))).toEqual(first);
      const changed = await apply(target, configMap("a", { color: "blue" }));
      expect(changed.metadata["resourceVersion"]).not.toBe(first.metadata["resourceVersion"]);
    });

    test("answers a dry run without writing it", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      expect(await apply(target, configMap("a", { color: "red" }), { dryRun: true })).toMatchObject({ data: { color: "red" } });
      expect(await kube.get(target, signal)).toBeUndefined();
      const stored = await apply(target, configMap("a", { color: "red" }));
      expect(await apply(target, configMap("a", { color: "blue" }), { dryRun: true })).toMatchObject({ data: { color: "blue" } });
      expect(await kube.get(target, signal)).toEqual(stored);
    });

    test("removes a field that its manager no longer applies", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      await apply(target, configMap("a", { color: "red", size: "big" }));
      expect((await apply(target, configMap("a", { color: "red" })))["data"]).toEqual({ color: "red" });
    });

    test("names the manager and the field of a conflict, and takes the field over by force", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      await applyAs("drover/other", target, configMap("a", { color: "red", "app.conf": "x" }));
      const refusal = await errorOf(apply(target, configMap("a", { color: "blue", "app.conf": "y" })));
      expect(refusal).toMatchObject({ kind: "wrong-state", code: "KUBE_CONFLICT" });
      expect(refusal.details["conflicts"]).toEqual(
        expect.arrayContaining([
          { manager: "drover/other", field: ".data.color" },
          { manager: "drover/other", field: ".data.app.conf" },
        ]),
      );
      const taken = await apply(target, configMap("a", { color: "blue" }), { force: true });
      expect(owners(taken)).toEqual({ "drover/shop": { "f:data": { "f:color": {} } }, "drover/other": { "f:data": { "f:app.conf": {} } } });
    });

    test("names the item of a list in a conflict", async () => {
      const target = ref("Deployment", await namespace(), "web");
      await applyAs("drover/other", target, deployment("web", { replicas: 0, image: "web:1" }));
      const refusal = await errorOf(apply(target, deployment("web", { replicas: 3, image: "web:2" })));
      expect(refusal.details["conflicts"]).toEqual(
        expect.arrayContaining([
          { manager: "drover/other", field: ".spec.replicas" },
          { manager: "drover/other", field: '.spec.template.spec.containers[name="web"].image' },
        ]),
      );
    });

    test("lets two managers own one value until both have given it up", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      await apply(target, configMap("a", { color: "red", mine: "1" }));
      const shared = await applyAs("drover/other", target, configMap("a", { color: "red" }));
      expect(owners(shared)).toMatchObject({
        "drover/shop": { "f:data": { "f:color": {} } },
        "drover/other": { "f:data": { "f:color": {} } },
      });
      expect((await apply(target, configMap("a", { mine: "1" })))["data"]).toEqual({ color: "red", mine: "1" });
      expect((await applyAs("drover/other", target, configMap("a", {})))["data"]).toEqual({ mine: "1" });
    });

    test("creates what is absent and leaves what exists as it is, when told to", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      const anew = (color: string): KubeObject => {
        const object = configMap("a", { color });
        return { ...object, metadata: { ...object.metadata, resourceVersion: onlyIfAbsent } };
      };
      const created = await apply(target, anew("red"), { force: true });
      expect(created["data"]).toEqual({ color: "red" });
      for (const color of ["red", "blue"])
        expect(await errorOf(applyAs("drover/other", target, anew(color), { force: true }))).toMatchObject({ code: "KUBE_STALE" });
      expect((await kube.get(target, signal))?.metadata["resourceVersion"]).toBe(created.metadata["resourceVersion"]);
    });

    test("gives what a plain write changed to the writer", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      const applied = await apply(target, configMap("a", { color: "red", size: "big" }));
      const written = await kube.replace(target, { ...applied, data: { color: "blue", size: "big" } }, signal);
      expect(owners(written)).toEqual({ "drover/shop": { "f:data": { "f:size": {} } }, "drover-agent": { "f:data": { "f:color": {} } } });
      expect(await errorOf(apply(target, configMap("a", { color: "red", size: "big" })))).toMatchObject({
        details: { conflicts: [{ manager: "drover-agent", field: ".data.color" }] },
      });
    });

    test("merges lists by the keys of their items and keeps those of others", async () => {
      const target = ref("Deployment", await namespace(), "web");
      const env = (...names: readonly string[]): JsonObject => ({ env: names.map((word) => ({ name: word, value: "1" })) });
      await apply(target, deployment("web", { replicas: 0, image: "web:1", container: env("A", "B") }));
      await applyAs("drover/other", target, deployment("web", { replicas: 0, image: "web:1", container: env("X") }));
      const merged = await apply(target, deployment("web", { replicas: 0, image: "web:1", container: env("B", "C") }));
      const list = memberAt(firstContainer(merged), "env") as readonly Json[];
      expect(list.map((item) => textAt(item, "name")).toSorted()).toEqual(["B", "C", "X"]);
    });

    test("removes a container that is applied no more, with all that was defaulted in it", async () => {
      const target = ref("Deployment", await namespace(), "web");
      const two = deployment("web", { replicas: 0, image: "web:1", more: [{ name: "side", image: "side:1" }] });
      expect(memberAt(await apply(target, two), "spec", "template", "spec", "containers")).toHaveLength(2);
      const one = await apply(target, deployment("web", { replicas: 0, image: "web:1" }));
      expect(memberAt(one, "spec", "template", "spec", "containers")).toMatchObject([{ name: "web", image: "web:1" }]);
    });

    test("fills in a default where the last owner gave a field up", async () => {
      const target = ref("Deployment", await namespace(), "web");
      await apply(target, deployment("web", { replicas: 0, image: "web:1" }));
      expect(memberAt(await apply(target, deployment("web", { image: "web:1" })), "spec", "replicas")).toBe(1);
    });

    test("counts a change of the spec as a generation, a change of labels not", async () => {
      const target = ref("Deployment", await namespace(), "web");
      const first = await apply(target, deployment("web", { replicas: 0, image: "web:1" }));
      expect(first.metadata["generation"]).toBe(1);
      const labelled = await apply(target, {
        ...deployment("web", { replicas: 0, image: "web:1" }),
        metadata: { name: "web", labels: { a: "b" } },
      });
      expect(labelled.metadata["generation"]).toBe(1);
      expect((await apply(target, deployment("web", { replicas: 0, image: "web:2" }))).metadata["generation"]).toBe(2);
    });

    test("refuses a field that the schema does not know", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      const refusal = await errorOf(apply(target, { ...configMap("a", {}), dta: { color: "red" } } as KubeObject));
      expect(refusal).toMatchObject({ kind: "invalid", code: "KUBE_INVALID" });
      expect(refusal.message).toContain("dta");
    });

    test("names the field that cannot change", async () => {
      const target = ref("Deployment", await namespace(), "web");
      await apply(target, deployment("web", { replicas: 0, image: "web:1" }));
      const moved = deployment("web", { replicas: 0, image: "web:1", app: "other" });
      expect(await errorOf(apply(target, moved))).toMatchObject({
        kind: "invalid",
        code: "KUBE_IMMUTABLE",
        details: { fields: ["spec.selector"] },
      });
    });

    test("honours a resource version and a uid in the applied object", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      const first = await apply(target, configMap("a", { color: "red" }));
      await apply(target, configMap("a", { color: "blue" }));
      const pinned = {
        ...configMap("a", { color: "red" }),
        metadata: { name: "a", resourceVersion: first.metadata["resourceVersion"] ?? "" },
      };
      expect(await errorOf(apply(target, pinned))).toMatchObject({ kind: "stale", code: "KUBE_STALE" });
      const other = { ...configMap("a", { color: "red" }), metadata: { name: "a", uid: "00000000-0000-4000-8000-000000000000" } };
      expect(await errorOf(apply(target, other))).toMatchObject({ code: "KUBE_IMMUTABLE", details: { fields: ["metadata.uid"] } });
    });

    test("keeps integers beyond 2^53 exact, in CustomResources and through a watch", async () => {
      const space = await namespace();
      const widget = await customKind(kube, `int${run}`, signal);
      const target: ObjectRef = { resource: widget, namespace: space, name: "w" };
      const big = { apiVersion: `${widget.group}/v1`, kind: widget.kind, metadata: { name: "w" }, spec: { size: 9_007_199_254_740_993n } };
      const stored = await apply(target, big);
      expect(memberAt(stored, "spec", "size")).toBe(9_007_199_254_740_993n);
      const [event] = await eventsFrom(kube, target.resource, space, "0", 1);
      expect(event).toMatchObject({ object: { spec: { size: 9_007_199_254_740_993n } } });
    });

    test("takes keys such as constructor and __proto__ as plain keys", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      const odd = JSON.parse('{"constructor":"a","__proto__":"b","toString":"c"}') as JsonObject;
      const stored = await apply(target, configMap("a", odd));
      expect(canonicalJson(stored["data"])).toBe('{"__proto__":"b","constructor":"a","toString":"c"}');
      expect((await apply(target, configMap("a", {})))["data"] ?? {}).toEqual({});
    });
  });
}
