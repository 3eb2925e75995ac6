import type { LabelSelector } from "@drover/kit";
import type { KeyPath } from "./fleet-yaml.ts";
import type { ObjectFault } from "./object-fault.ts";

export function checkSelector(selector: LabelSelector, keys: KeyPath): readonly ObjectFault[] {
  return (selector.matchExpressions ?? []).flatMap(({ operator, values = [] }, index): readonly ObjectFault[] => {
    const takesValues = operator === "In" || operator === "NotIn";
    if (takesValues === values.length > 0) return [];
    const message = takesValues ? `${operator} needs at least one of "values"` : `${operator} takes no "values": remove them`;
    return [{ keys: [...keys, "matchExpressions", index, takesValues ? "operator" : "values"], code: "FLEET_SELECTOR_INVALID", message }];
  });
}
