import { memberAt } from "@drover/kit";
import { describe, expect, test } from "vitest";
import type { Bench } from "./bench.ts";
import { configMap } from "./objects.ts";
import { errorOf, eventually } from "./waits.ts";

export function deletionContract({ kube, ref, namespace, apply, signal }: Bench): void {
  describe("deletion", () => {
    test("an object made again has another uid", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      const first = await apply(target, configMap("a", {}));
      await kube.delete(target, { uid: String(first.metadata["uid"]) }, signal);
      expect(await kube.get(target, signal)).toBeUndefined();
      expect((await apply(target, configMap("a", {}))).metadata["uid"]).not.toBe(first.metadata["uid"]);
    });

    test("holds to its preconditions", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      const first = await apply(target, configMap("a", { n: "1" }));
      const second = await apply(target, configMap("a", { n: "2" }));
      const uid = String(first.metadata["uid"]);
      const stale = { kind: "stale", code: "KUBE_STALE" };
      expect(await errorOf(kube.delete(target, { uid: "00000000-0000-4000-8000-000000000000" }, signal))).toMatchObject(stale);
      expect(await errorOf(kube.delete(target, { uid, resourceVersion: String(first.metadata["resourceVersion"]) }, signal))).toMatchObject(
        stale,
      );
      await kube.delete(target, { uid, resourceVersion: String(second.metadata["resourceVersion"]) }, signal);
      expect(await errorOf(kube.delete(target, { uid }, signal))).toMatchObject({ kind: "not-found", code: "KUBE_NOT_FOUND" });
    });

    test("waits for finalizers; an object that is dying still takes an apply", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      const guarded = { ...configMap("a", { n: "1" }), metadata: { name: "a", finalizers: ["drover.dev/test"] } };
      const { metadata } = await apply(target, guarded);
      await kube.delete(target, { uid: String(metadata["uid"]) }, signal);
      const dying = await kube.get(target, signal);
      expect(dying?.metadata["deletionTimestamp"]).toEqual(expect.any(String));
      await kube.delete(target, { uid: String(metadata["uid"]) }, signal);
      expect((await apply(target, { ...guarded, data: { n: "2" } }))["data"]).toEqual({ n: "2" });
      await apply(target, configMap("a", { n: "2" }));
      expect(await kube.get(target, signal)).toBeUndefined();
    });

    test("takes the objects of an owner along, in the background", async () => {
      const space = await namespace();
      const owner = await apply(ref("ConfigMap", space, "owner"), configMap("owner", {}));
      const uid = String(owner.metadata["uid"]);
      const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid }];
      await apply(ref("ConfigMap", space, "owned"), { ...configMap("owned", {}), metadata: { name: "owned", ownerReferences } });
      await kube.delete(ref("ConfigMap", space, "owner"), { uid }, signal);
      await eventually(async () => expect(await kube.get(ref("ConfigMap", space, "owned"), signal)).toBeUndefined());
    });

    test("empties a namespace, which takes nothing new meanwhile", async () => {
      const space = await namespace();
      const held = { ...configMap("held", {}), metadata: { name: "held", finalizers: ["drover.dev/test"] } };
      await apply(ref("ConfigMap", space, "held"), held);
      await apply(ref("ConfigMap", space, "free"), configMap("free", {}));
      const target = ref("Namespace", undefined, space);
      const live = await kube.get(target, signal);
      await kube.delete(target, { uid: String(live?.metadata["uid"]) }, signal);
      expect(memberAt((await kube.get(target, signal)) ?? null, "status", "phase")).toBe("Terminating");
      expect(await errorOf(apply(ref("ConfigMap", space, "late"), configMap("late", {})))).toMatchObject({
        kind: "forbidden",
        code: "KUBE_FORBIDDEN",
      });
      await eventually(async () => expect(await kube.get(ref("ConfigMap", space, "free"), signal)).toBeUndefined());
      await apply(ref("ConfigMap", space, "held"), configMap("held", {}));
      await eventually(async () => expect(await kube.get(target, signal)).toBeUndefined());
    });
  });
}
