import type { HealthRule } from "../wire/envelope.ts";
import { compileExpression, type Expression } from "../cel/compile-expression.ts";

const fields = ["current", "inProgress", "failed"] as const;
type Field = (typeof fields)[number];

/** What a rule says of an object. */
export type RuleVerdict =
  | { readonly kind: "current" | "inProgress" | "failed" }
  /** None of them is true. */
  | { readonly kind: "neither" }
  | { readonly kind: "invalid"; readonly problem: string };

export interface CompiledHealthRule {
  /** `variables` are the members of the object; integers as bigints. */
  judge(variables: Readonly<Record<string, unknown>>): RuleVerdict;
}

export interface RuleProblem {
  readonly field: Field;
  readonly problem: string;
}

/** The rule, or what is wrong with its expressions. */
export function compileHealthRule(rule: HealthRule): CompiledHealthRule | { readonly problems: readonly RuleProblem[] } {
  const problems: RuleProblem[] = [];
  const compiled: Partial<Record<Field, Expression>> = {};
  for (const field of fields) {
    const text = rule[field];
    if (text === undefined) continue;
    const expression = compileExpression(text);
    if ("problem" in expression) problems.push({ field, problem: expression.problem });
    else compiled[field] = expression;
  }
  return problems.length > 0 ? { problems } : { judge: (variables) => judge(compiled, variables) };
}

/** A failure wins over work in progress, and that over being current. */
const order = ["failed", "inProgress", "current"] as const;

function judge(compiled: Partial<Record<Field, Expression>>, variables: Readonly<Record<string, unknown>>): RuleVerdict {
  for (const field of order) {
    const expression = compiled[field];
    if (!expression) continue;
    const said = evaluated(expression, variables);
    if (said === true) return { kind: field };
    if (typeof said === "object") return { kind: "invalid", problem: `${field}: ${said.problem}` };
  }
  return { kind: "neither" };
}

/** A member that is not there yet makes an expression untrue: controllers write a status some time after its object is made. */
const notThereYet = new Set(["no_such_key", "unknown_variable", "no_such_field", "index_out_of_bounds"]);

function evaluated(expression: Expression, variables: Readonly<Record<string, unknown>>): boolean | { readonly problem: string } {
  try {
    const value = expression.evaluate(variables);
    return typeof value === "boolean" ? value : { problem: `it is neither true nor false, but a ${typeof value}` };
  } catch (thrown) {
    const { code, message = "" } = thrown as { readonly code?: string; readonly message?: string };
    if (code !== undefined && notThereYet.has(code)) return false;
    return { problem: message.split("\n", 1)[0] ?? "" };
  }
}
