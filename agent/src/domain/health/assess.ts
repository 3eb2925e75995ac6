import { annotationOf, isBeingDeleted } from "../manifest-fields.ts";
import { groupOf, type Manifest } from "../manifest.ts";
import { builtInRules } from "./built-in-kinds.ts";
import { assessConditions } from "./conditions.ts";
import { type Assessment, progressing } from "./health.ts";
import { assessByUserRules, noUserRules, type UserRules } from "./user-rules.ts";

/** How an object is doing, from nothing but itself: as users' rules say, else as its kind says, else by its conditions. */
export function assess(object: Manifest, rules: UserRules = noUserRules): Assessment {
  if (isIgnored(object)) return ignored;
  if (isBeingDeleted(object)) return progressing("Terminating", "it is being deleted");
  return assessByUserRules(object, rules) ?? (builtInRules.get(`${groupOf(object.apiVersion)}/${object.kind}`) ?? assessConditions)(object);
}

const ignoreMark = "drover.dev/ignore-healthcheck";
const ignored: Assessment = { health: "Healthy", reason: "HealthIgnored", message: `${ignoreMark} is set on it` };

const isIgnored = (object: Manifest): boolean =>
  [ignoreMark, "argocd.argoproj.io/ignore-healthcheck"].some((mark) => annotationOf(object, mark) === "true");
