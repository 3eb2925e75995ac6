import type { JsonObject } from "@drover/kit";
import type { ObjectRef, Resource } from "../../src/app/kube.ts";

const jobs: Resource = { group: "batch", version: "v1", kind: "Job", plural: "jobs", namespaced: true, verbs: [] };
export const jobRef = (name: string, namespace = "shop"): ObjectRef => ({ resource: jobs, namespace, name });

/** A Job that succeeds, or fails at once and has logged why. */
export const job = (
  name: string,
  annotations: JsonObject,
  outcome: "succeed" | "fail" | "stuck" | "imagepull" = "succeed",
): JsonObject => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name, annotations },
  spec: {
    backoffLimit: 0,
    template: {
      metadata: { annotations: outcome === "succeed" ? {} : { "drover.test/outcome": outcome } },
      spec: { restartPolicy: "Never", containers: [{ name: "failing", image: "example.com/job:1" }] },
    },
  },
});

/** The same object with these annotations. */
export const annotated = (object: JsonObject, annotations: JsonObject): JsonObject => ({
  ...object,
  metadata: { ...(object["metadata"] as JsonObject), annotations },
});
