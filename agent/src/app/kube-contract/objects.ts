import { type Json, type JsonObject, member, memberAt } from "@drover/kit";
import type { KubeObject } from "../kube.ts";

export const configMap = (name: string, data: JsonObject): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});

export interface DeploymentOptions {
  readonly image: string;
  readonly replicas?: number;
  /** The label that selects the pods. */
  readonly app?: string;
  /** Of the pod template. */
  readonly annotations?: JsonObject;
  /** More fields of the container, and more containers. */
  readonly container?: JsonObject;
  readonly more?: readonly JsonObject[];
  readonly spec?: JsonObject;
}

export const deployment = (
  name: string,
  { image, replicas, app = name, annotations, container, more = [], spec }: DeploymentOptions,
): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    ...spec,
    ...(replicas === undefined ? {} : { replicas }),
    selector: { matchLabels: { app } },
    template: {
      metadata: { labels: { app }, ...(annotations === undefined ? {} : { annotations }) },
      spec: { containers: [{ name, image, ...container }, ...more] },
    },
  },
});

export const template = (app: string, image: string): JsonObject => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: app, image }] },
});

export const definition = (kind: string): KubeObject => {
  const plural = `${kind.toLowerCase()}s`;
  const group = "contract.drover.dev";
  const openAPIV3Schema = {
    type: "object",
    properties: { spec: { type: "object", properties: { size: { type: "integer", format: "int64" } } } },
  };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
};

/** What each manager owns, by its name. */
export function owners(object: KubeObject): JsonObject {
  const entries = object.metadata["managedFields"];
  const list = Array.isArray(entries) ? (entries as readonly Json[]) : [];
  return Object.fromEntries(list.map((entry) => [String(member(entry, "manager")), member(entry, "fieldsV1") ?? null]));
}

export function condition(object: KubeObject | null, type: string): Json {
  const conditions = memberAt(object, "status", "conditions");
  return (Array.isArray(conditions) ? (conditions as readonly Json[]) : []).find((one) => member(one, "type") === type) ?? null;
}

export function firstContainer(workload: KubeObject): Json {
  const containers = memberAt(workload, "spec", "template", "spec", "containers");
  return (Array.isArray(containers) ? (containers as readonly Json[])[0] : undefined) ?? null;
}
