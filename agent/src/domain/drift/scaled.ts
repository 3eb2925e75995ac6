import { canonicalJson, isJsonObject, memberAt, textAt } from "@drover/kit";
import { textOf } from "../manifest-fields.ts";
import { groupOf, type Manifest } from "../manifest.ts";
import { type FieldsV1, ownMember, parseFields } from "./field-set.ts";
import { placesOf, without } from "./places.ts";

/** Kinds whose `spec.scaleTargetRef` says whose replicas they set. */
const autoscalers = new Set(["autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"]);

export const replicas = placesOf([["spec", "replicas"]]);

/**
 * Tells which objects of a bundle an autoscaler of the same bundle scales. Their number of replicas is the autoscaler's: a number
 * in git beside it is where scaling starts for those who apply once, and for us a fight without end.
 */
export function scaleTargetsOf(objects: readonly Manifest[], namespace: string): (object: Manifest) => boolean {
  const placeOf = ({ metadata }: Manifest): string => textOf(metadata["namespace"]) || namespace;
  const targets = new Set(
    objects
      .filter(({ apiVersion, kind }) => autoscalers.has(`${groupOf(apiVersion)}/${kind}`))
      .map((scaler) => {
        const target = memberAt(scaler, "spec", "scaleTargetRef");
        return canonicalJson([placeOf(scaler), textAt(target, "kind") || "Deployment", textAt(target, "name")]);
      }),
  );
  return (object) => targets.has(canonicalJson([placeOf(object), object.kind, object.metadata.name]));
}

export const withoutReplicas = (manifest: Manifest): Manifest => without(manifest, replicas) as Manifest;

/** Whether the manifest leaves out a number of replicas that we own: dropped by its only owner it would become 1. */
export function dropsReplicas(fields: string, manifest: Manifest): boolean {
  const spec = (parseFields(fields) as { readonly [key: string]: FieldsV1 | undefined })["f:spec"];
  return (
    ownMember(spec, "f:replicas") !== undefined && isJsonObject(manifest["spec"]) && ownMember(manifest["spec"], "replicas") === undefined
  );
}
