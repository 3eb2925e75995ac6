import { isJsonObject, type Json, type LabelSelector, member, memberAt } from "@drover/kit";
import { textOf } from "../manifest-fields.ts";
import { selectorText } from "../health/selector-text.ts";

/** A label selector that finds everything made of this workload. Undefined when its manifest does not tell: a Job's is the server's choice. */
export function childrenSelector(manifest: Json): string | undefined {
  switch (textOf(member(manifest, "kind"))) {
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet":
    case "DaemonSet": {
      const selector = memberAt(manifest, "spec", "selector");
      return isJsonObject(selector) ? selectorText(selector as LabelSelector) || undefined : undefined;
    }
    case "Service":
      return `kubernetes.io/service-name=${textOf(memberAt(manifest, "metadata", "name"))}`;
    case "Job":
      return `batch.kubernetes.io/job-name=${textOf(memberAt(manifest, "metadata", "name"))}`;
    default:
      return undefined;
  }
}
