import { type JsonObject } from "@drover/kit";
import { describe, expect, test } from "vitest";
import type { KubeObject, ObjectRef, Resource } from "../kube.ts";
import type { Bench } from "./bench.ts";
import { configMap, owners } from "./objects.ts";
import { customKind, errorOf, eventsFrom, eventually } from "./waits.ts";

export function writeContract({ kube, run, kind, ref, namespace, apply, signal }: Bench): void {
  describe("plain writes", () => {
    test("create meets an object of that name", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      await kube.create(target, configMap("a", {}), signal);
      expect(await errorOf(kube.create(target, configMap("a", {}), signal))).toMatchObject({ kind: "exists", code: "KUBE_EXISTS" });
    });

    test("replace needs the resource version that it read, and an object", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      const first = await kube.create(target, configMap("a", { n: "1" }), signal);
      const second = await kube.replace(target, { ...first, data: { n: "2" } }, signal);
      expect(second["data"]).toEqual({ n: "2" });
      expect(await errorOf(kube.replace(target, { ...first, data: { n: "3" } }, signal))).toMatchObject({
        kind: "stale",
        code: "KUBE_STALE",
      });
      const absent = { ...target, name: "b" };
      expect(await errorOf(kube.replace(absent, configMap("b", {}), signal))).toMatchObject({ kind: "not-found", code: "KUBE_NOT_FOUND" });
    });

    test("replace on trial says what would become of the object, and changes nothing", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      const first = await kube.create(target, configMap("a", { n: "1", m: "1" }), signal);
      const options = { fieldManager: "drover/shop", dryRun: true };
      expect((await kube.replace(target, { ...first, data: { n: "2" } }, signal, options))["data"]).toEqual({ n: "2" });
      expect(await kube.get(target, signal)).toEqual(first);
      const written = await kube.replace(target, { ...first, data: { n: "2" } }, signal, { fieldManager: "drover/shop" });
      expect(owners(written)).toMatchObject({ "drover/shop": { "f:data": { "f:n": {} } } });
    });

    test("moves ownership by writing managedFields, under a resource version", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      const applied = await apply(target, configMap("a", { color: "red" }));
      const edited = await kube.replace(target, { ...applied, data: { color: "red", extra: "1" } }, signal);
      const ours = (edited.metadata["managedFields"] as readonly JsonObject[]).find((entry) => entry["manager"] === "drover/shop");
      const evicting = [{ ...ours, fieldsV1: { "f:data": { "f:color": {}, "f:extra": {} } } }];
      const version = String(edited.metadata["resourceVersion"]);
      const evicted = await kube.replaceManagedFields(target, evicting, version, signal);
      expect(owners(evicted)).toEqual({ "drover/shop": { "f:data": { "f:color": {}, "f:extra": {} } } });
      expect((await apply(target, configMap("a", { color: "red" })))["data"]).toEqual({ color: "red" });
      expect(await errorOf(kube.replaceManagedFields(target, evicting, version, signal))).toMatchObject({
        kind: "stale",
        code: "KUBE_STALE",
      });
    });

    test("gives fields without an owner to before-first-apply", async () => {
      const target = ref("ConfigMap", await namespace(), "a");
      const applied = await apply(target, configMap("a", { color: "red" }));
      await kube.replaceManagedFields(target, [{}], String(applied.metadata["resourceVersion"]), signal);
      const again = await apply(target, configMap("a", { color: "red" }));
      expect(owners(again)).toEqual({
        "drover/shop": { "f:data": { "f:color": {} } },
        "before-first-apply": { "f:data": { ".": {}, "f:color": {} } },
      });
    });
  });

  describe("absence", () => {
    test("get answers nothing for an object that does not exist, in a namespace or without one", async () => {
      expect(await kube.get(ref("ConfigMap", await namespace(), "nobody"), signal)).toBeUndefined();
      expect(await kube.get(ref("ConfigMap", "no-such-namespace", "nobody"), signal)).toBeUndefined();
    });

    test("writes into a namespace that does not exist are refused", async () => {
      const target = ref("ConfigMap", "no-such-namespace", "a");
      expect(await errorOf(apply(target, configMap("a", {})))).toMatchObject({ kind: "not-found", code: "KUBE_NOT_FOUND" });
      expect(await errorOf(kube.create(target, configMap("a", {}), signal))).toMatchObject({ kind: "not-found", code: "KUBE_NOT_FOUND" });
    });

    test("a kind that is not served is an error everywhere", async () => {
      const resource: Resource = {
        group: "nobody.example.com",
        version: "v1",
        kind: "Nothing",
        plural: "nothings",
        namespaced: false,
        verbs: [],
      };
      const target: ObjectRef = { resource, namespace: undefined, name: "a" };
      const nothing: KubeObject = { apiVersion: "nobody.example.com/v1", kind: "Nothing", metadata: { name: "a" } };
      const notFound = { kind: "not-found", code: "KUBE_NOT_FOUND" };
      expect(await errorOf(kube.get(target, signal))).toMatchObject(notFound);
      expect(await errorOf(apply(target, nothing))).toMatchObject(notFound);
      expect(await errorOf(kube.list(resource, {}, signal))).toMatchObject(notFound);
      expect(await errorOf(eventsFrom(kube, resource, undefined, "1", 1))).toMatchObject(notFound);
    });

    test("an aborted call is cancelled", async () => {
      expect(await errorOf(kube.discover(AbortSignal.abort()))).toMatchObject({ kind: "cancelled", code: "KUBE_CANCELLED" });
    });
  });

  describe("discovery", () => {
    test("names kinds with their scope and verbs", () => {
      expect(kind("Deployment")).toMatchObject({ group: "apps", version: "v1", plural: "deployments", namespaced: true });
      expect(kind("Namespace")).toMatchObject({ group: "", version: "v1", plural: "namespaces", namespaced: false });
      expect(kind("ConfigMap").verbs).toEqual(expect.arrayContaining(["get", "list", "watch", "patch", "create", "update", "delete"]));
    });

    test("serves a kind once its definition is established, and no more once that is gone", async () => {
      const space = await namespace();
      const widget = await customKind(kube, `gone${run}`, signal);
      expect(widget).toMatchObject({ version: "v1", namespaced: true });
      const target: ObjectRef = { resource: widget, namespace: space, name: "w" };
      await apply(target, { apiVersion: `${widget.group}/v1`, kind: widget.kind, metadata: { name: "w" }, spec: { size: 1 } });
      const definition = ref("CustomResourceDefinition", undefined, `${widget.plural}.${widget.group}`);
      const live = await kube.get(definition, signal);
      await kube.delete(definition, { uid: String(live?.metadata["uid"]) }, signal);
      await eventually(async () => expect((await kube.discover(signal)).resources.some((one) => one.kind === widget.kind)).toBe(false));
    });
  });
}
