import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { dropsReplicas, scaleTargetsOf, withoutReplicas } from "./scaled.ts";

const web: Manifest = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "shop" }, spec: { replicas: 2 } };
const scaler = (over: object = {}): Manifest => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "h" },
  spec: { scaleTargetRef: { kind: "Deployment", name: "web" } },
  ...over,
});

test.each([
  { name: "of the same namespace by default", by: scaler(), is: true },
  { name: "of another namespace", by: scaler({ metadata: { name: "h", namespace: "other" } }), is: false },
  { name: "of another kind", by: scaler({ spec: { scaleTargetRef: { kind: "StatefulSet", name: "web" } } }), is: false },
  {
    name: "that is KEDA's",
    by: scaler({ apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject", spec: { scaleTargetRef: { name: "web" } } }),
    is: true,
  },
  { name: "that is none", by: scaler({ kind: "Scale" }), is: false },
])("a Deployment is scaled by an autoscaler $name: $is", ({ by, is }) => {
  expect(scaleTargetsOf([by, web], "shop")(web)).toBe(is);
});

test("replicas that we own and the manifest leaves out are dropped", () => {
  const fields = JSON.stringify({ "f:spec": { "f:replicas": {} } });
  expect(dropsReplicas(fields, { ...web, spec: { paused: false } })).toBe(true);
  expect(dropsReplicas(fields, web)).toBe(false);
  expect(dropsReplicas("{}", { ...web, spec: {} })).toBe(false);
  expect(withoutReplicas({ ...web, spec: { replicas: 2, paused: false } })["spec"]).toEqual({ paused: false });
});
