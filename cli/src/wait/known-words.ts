import { DroverError } from "@drover/kit";
import { explainSchemas } from "../explain-schemas.ts";
import type { Resource } from "../resources/resource.ts";
import { stateFields } from "./goal.ts";

/** Waits in vain for a word that is never said are refused before they begin. Throws OPTION_INVALID. */
export function refuseUnknownWord(goal: string, { view: { kind } }: Resource, judgesPlaces: boolean): void {
  const [, field = "", word = ""] = /^(\w+)=([^=]*)$/.exec(goal) ?? [];
  const fields = field === "condition" ? stateFields : stateFields.filter((one) => one === field);
  // A place is called what its applications on clusters are.
  const known = [...new Set(fields.flatMap((one) => wordsOf(judgesPlaces ? "status" : kind, one)))];
  if (known.some((one) => one.toLowerCase() === word.toLowerCase())) return;
  if (known.length === 0 && field !== "condition") return;
  const what = judgesPlaces ? "an application in an environment" : `a ${kind}`;
  throw new DroverError(
    "invalid",
    "OPTION_INVALID",
    known.length === 0
      ? `wait: ${what} has no conditions; wait for --for=FIELD=VALUE, jsonpath={.path}=VALUE or delete`
      : `wait: ${what} is never "${word}": choose one of ${known.join(", ")}`,
  );
}

function wordsOf(kind: string, field: string): readonly string[] {
  const schema = explainSchemas[kind]?.schema.properties?.[field];
  return (schema?.enum ?? []).filter((word) => typeof word === "string");
}
