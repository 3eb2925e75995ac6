import { DroverError, type LabelExpression, type LabelSelector, type Labels, matchesSelector } from "@drover/kit";

/** Reads the text form of a label selector, as in `?labelSelector=`: `a=b,c!=d,e in (f,g),h,!i`. */
export function parseLabelSelector(text: string): (labels: Labels) => boolean {
  const requirements = text.match(/[^,(]+(\([^)]*\))?/g) ?? [];
  const selector: LabelSelector = { matchExpressions: requirements.map((requirement) => parseRequirement(requirement.trim())) };
  return (labels) => matchesSelector(selector, labels);
}

function parseRequirement(text: string): LabelExpression {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set !== null) {
    const values = (set[3] ?? "").split(",").map((value) => value.trim());
    return { key: set[1] ?? "", operator: set[2] === "in" ? "In" : "NotIn", values };
  }
  const equality = /^([^!=\s]+)\s*(!=|==|=)\s*([^!=\s]*)$/.exec(text);
  if (equality !== null) return { key: equality[1] ?? "", operator: equality[2] === "!=" ? "NotIn" : "In", values: [equality[3] ?? ""] };
  const presence = /^(!?)([^!=\s]+)$/.exec(text);
  if (presence !== null) return { key: presence[2] ?? "", operator: presence[1] === "!" ? "DoesNotExist" : "Exists" };
  throw new DroverError("invalid", "KUBE_INVALID", `label selector "${text}": write it like a=b, a in (b,c), a or !a`);
}
