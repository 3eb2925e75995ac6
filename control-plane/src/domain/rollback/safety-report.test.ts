import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import { safetyReport } from "./safety-report.ts";

const object = (apiVersion: string, kind: string, over: object = {}, annotations: Readonly<Record<string, string>> = {}): JsonObject =>
  ({ apiVersion, kind, metadata: { name: "web", namespace: "default", annotations }, ...over }) as JsonObject;
const crd = (...versions: readonly object[]): JsonObject =>
  ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "carts" },
    spec: { versions },
  }) as JsonObject;
const claim = (spec: object): JsonObject => object("v1", "PersistentVolumeClaim", { spec });
const job = (image: string, hook?: string): JsonObject =>
  object("batch/v1", "Job", { spec: { template: { image } } }, hook === undefined ? {} : { "drover.dev/hook": hook });

const report = (from: readonly JsonObject[], to: readonly JsonObject[]): string[] =>
  safetyReport(from, to).map(({ severity, object: name, why }) => `${severity} ${name}: ${why}`);
const [v1, v2] = ["v1", "v2"].map((name) => ({ name, served: true }));

test.each([
  {
    name: "a stored version that the older release lacks",
    from: [crd(v1 ?? {}, { ...v2, storage: true })],
    to: [crd({ ...v1, storage: true })],
    want: "Danger CustomResourceDefinition/carts: objects are stored as v2, which the older release does not have",
  },
  {
    name: "a stored version that the older release knows",
    from: [crd(v1 ?? {}, { ...v2, storage: true })],
    to: [crd({ ...v1, storage: true }, v2 ?? {})],
    want: "Warning CustomResourceDefinition/carts: objects are stored as v2; the older release stores v1",
  },
  {
    name: "a definition that would go",
    from: [crd({ ...v1, storage: true })],
    to: [],
    want: "Danger CustomResourceDefinition/carts: it would be removed",
  },
  {
    name: "a namespace that would go",
    from: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }],
    to: [],
    want: "Danger Namespace/shop: it would be removed, and everything in it",
  },
  { name: "a migration that ran", from: [job("migrate:2", "PreSync")], to: [], want: "Warning Job/default/web: a hook (PreSync) that ran" },
  {
    name: "a hook that would run",
    from: [],
    to: [job("migrate:1", "PreSync")],
    want: "Warning Job/default/web: a hook (PreSync) of the older",
  },
  {
    name: "a hook that differs",
    from: [job("a", "PreSync")],
    to: [job("b", "PreSync")],
    want: "Warning Job/default/web: a hook (PreSync) that differs",
  },
  { name: "a Job's template", from: [job("a")], to: [job("b")], want: "Danger Job/default/web: spec.template differs" },
  {
    name: "a claim that would be smaller",
    from: [claim({ resources: { requests: { storage: "10Gi" } } })],
    to: [claim({ resources: { requests: { storage: "8Gi" } } })],
    want: "Danger PersistentVolumeClaim/default/web: spec.resources.requests.storage was 8Gi and is 10Gi",
  },
  {
    name: "a claim that would go",
    from: [claim({})],
    to: [],
    want: "Danger PersistentVolumeClaim/default/web: it would be removed, and its data with it",
  },
  {
    name: "volumeClaimTemplates of a StatefulSet",
    from: [object("apps/v1", "StatefulSet", { spec: { volumeClaimTemplates: [{ a: 1 }] } })],
    to: [object("apps/v1", "StatefulSet", { spec: { volumeClaimTemplates: [] } })],
    want: "Danger StatefulSet/default/web: spec.volumeClaimTemplates differs",
  },
  {
    name: "the selector of a Deployment",
    from: [object("apps/v1", "Deployment", { spec: { selector: { a: 1 } } })],
    to: [object("apps/v1", "Deployment", { spec: { selector: { a: 2 } } })],
    want: "Danger Deployment/default/web: spec.selector differs",
  },
  {
    name: "an immutable ConfigMap",
    from: [object("v1", "ConfigMap", { immutable: true, data: { a: "1" } })],
    to: [object("v1", "ConfigMap", { immutable: true, data: { a: "2" } })],
    want: "Danger ConfigMap/default/web: data of an immutable object differs",
  },
  { name: "what would go", from: [object("v1", "Service")], to: [], want: "Note Service/default/web: it would be removed" },
  { name: "what would come", from: [], to: [object("v1", "Service")], want: "Note Service/default/web: it would be created again" },
  {
    name: "what asks to stay",
    from: [object("v1", "Service", {}, { "drover.dev/sync-options": "Prune=false" })],
    to: [],
    want: "Note Service/default/web: it is not in the older release; it asks not to be pruned, and stays",
  },
])("$name is found", ({ from, to, want }) => {
  const found = report(from as readonly JsonObject[], to as readonly JsonObject[]);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(want);
});

test.each([
  { name: "an address that the cluster gave", from: { clusterIP: "10.0.0.1" }, to: {} },
  { name: "ports of a Service", from: { ports: [1] }, to: { ports: [2] } },
])("$name is no finding", ({ from, to }) => {
  expect(report([object("v1", "Service", { spec: from })], [object("v1", "Service", { spec: to })])).toEqual([]);
});

test("the worst comes first", () => {
  const found = safetyReport([object("v1", "Service"), claim({}), job("a", "PreSync")], []);
  expect(found.map(({ severity }) => severity)).toEqual(["Danger", "Warning", "Note"]);
});
