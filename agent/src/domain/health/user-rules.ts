import { groupOf, type Manifest } from "../manifest.ts";
import { conditionsOf, notObserved } from "./conditions.ts";
import { type Assessment, degraded, healthy, progressing } from "./health.ts";
import { ruleVariables } from "./rule-variables.ts";

export type Verdict =
  | { readonly kind: "current" | "inProgress" | "failed" | "neither" }
  | { readonly kind: "invalid"; readonly problem: string };

/** A user's rule for one kind. */
export interface UserRule {
  readonly group: string;
  readonly kind: string;
  judge(variables: Readonly<Record<string, unknown>>): Verdict;
}

/** Users' rules for kinds that they know better. */
export interface UserRules {
  /** What they were made from, to tell when they have to be made again. */
  readonly source: string;
  readonly rules: readonly UserRule[];
}

export const noUserRules: UserRules = { source: "[]", rules: [] };

/** What the first rule of the object's kind says. Undefined when there is none. */
export function assessByUserRules(object: Manifest, { rules }: UserRules): Assessment | undefined {
  const rule = rules.find(({ group, kind }) => kind === object.kind && group === groupOf(object.apiVersion));
  if (!rule) return undefined;
  const behind = notObserved(object);
  if (behind) return behind;
  const given = ruleVariables(object);
  if (given.kind === "too-large") return invalid(given.message);
  const verdict = rule.judge(given.variables);
  switch (verdict.kind) {
    case "current":
      return healthy;
    case "inProgress":
    case "neither":
      return explained(object, progressing("InProgress", "its health rule says so"));
    case "failed":
      return explained(object, degraded("Failed", "its health rule says so"));
    case "invalid":
      return invalid(verdict.problem);
  }
}

const invalid = (message: string): Assessment => ({ health: "Unknown", reason: "HealthRuleInvalid", message });

/** A rule says yes or no; what its controller wrote about the first condition that is not as it should be says why. */
function explained(object: Manifest, assessment: Assessment): Assessment {
  const telling = conditionsOf(object).find(({ type, status, message }) => message !== "" && isTrouble(type) === (status === "True"));
  return telling ? { ...assessment, reason: telling.reason || telling.type, message: telling.message } : assessment;
}

const isTrouble = (type: string): boolean => /fail|stall|error|degraded|progress|reconciling/i.test(type);
