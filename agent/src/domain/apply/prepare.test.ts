import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { prepareManifest } from "./prepare.ts";

const placement = { application: "shop", owner: "shop.abcdefgh", namespace: "default-ns" };
const manifest = (kind: string, metadata: JsonObject, rest: JsonObject = {}): Manifest => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "a", ...metadata },
  ...rest,
});
const prepared = (given: Manifest, namespaced = true): Manifest => prepareManifest(given, namespaced, placement);

test("gives a namespaced object a namespace when it names none, and our marks beside its own", () => {
  expect(prepared(manifest("ConfigMap", { labels: { mine: "x" } })).metadata).toEqual({
    name: "a",
    namespace: "default-ns",
    labels: { mine: "x", "drover.dev/owner": "shop.abcdefgh" },
    annotations: { "drover.dev/application": "shop" },
  });
  expect(prepared(manifest("ConfigMap", { namespace: "own" })).metadata["namespace"]).toBe("own");
});

test("a cluster-scoped object has no namespace, whatever it says", () => {
  expect(prepared(manifest("Namespace", { namespace: "odd" }), false).metadata).not.toHaveProperty("namespace");
});

test("takes out what the server writes", () => {
  const written = { uid: "u", resourceVersion: "1", generation: 1, managedFields: [], creationTimestamp: null, generateName: "a-" };
  const { metadata, ...rest } = prepared(manifest("ConfigMap", written, { status: { phase: "x" } }));
  expect(rest).toEqual({ apiVersion: "v1", kind: "ConfigMap" });
  expect(Object.keys(metadata)).toEqual(["name", "namespace", "labels", "annotations"]);
});

test("stringData becomes data and wins over it", () => {
  const secret = prepared(manifest("Secret", {}, { data: { a: "b2xk", b: "a2VlcA==" }, stringData: { a: "new" } }));
  expect(secret).toMatchObject({ data: { a: Buffer.from("new").toString("base64"), b: "a2VlcA==" } });
  expect(secret).not.toHaveProperty("stringData");
});

test("the rules of an aggregated ClusterRole are its controller's", () => {
  expect(prepared(manifest("ClusterRole", {}, { aggregationRule: {}, rules: [] }), false)).not.toHaveProperty("rules");
});
