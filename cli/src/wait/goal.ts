import { DroverError } from "@drover/kit";
import { parsePath } from "../output/jsonpath/parse-path.ts";
import { findAll } from "../output/jsonpath/path.ts";

export interface Verdict {
  /** `impossible`: it has ended otherwise, and nothing will change that. */
  readonly kind: "met" | "not-yet" | "impossible";
  readonly because: string;
}

/** Judges what is there now; undefined: it is gone. */
export type Goal = (item: unknown) => Verdict;

/** Where states stand, in the order in which they are looked for. */
export const stateFields = ["phase", "state", "health", "sync"] as const;
/** A rollout that is there stays there. */
const finalPhases = new Set(["Completed", "RolledBack", "Superseded", "Aborted"]);

/** `condition=Healthy`, `phase=Completed`, `jsonpath={.summary.proven}=3`, `delete`. */
export function parseGoal(text: string): Goal {
  if (text === "delete")
    return (item) => (item === undefined ? { kind: "met", because: "is gone" } : { kind: "not-yet", because: "is still there" });
  const [, field = "", value = ""] = /^(.+?)=([^=]*)$/.exec(text) ?? [];
  if (field === "" || value === "")
    throw new DroverError(
      "invalid",
      "OPTION_INVALID",
      `wait: --for "${text}" is not condition=WORD, FIELD=VALUE, jsonpath={.path}=VALUE or delete`,
    );
  if (field === "condition") return condition(value);
  const path = parsePath(field.replace(/^jsonpath=/, "").replace(/^\{(.*)\}$/, "$1"));
  return (item) => {
    const is = findAll(path, item, item).map(String).join(" ");
    return judge(item, is.toLowerCase() === value.toLowerCase(), `${field.replace(/^jsonpath=/, "")} is ${is || "not there"}`, value);
  };
}

const condition =
  (word: string): Goal =>
  (item) => {
    const states = stateFields.flatMap((field) => memberOf(item, field));
    return judge(
      item,
      states.some((state) => state.toLowerCase() === word.toLowerCase()),
      `is ${states.join(", ") || "not there"}`,
      word,
    );
  };

function judge(item: unknown, met: boolean, because: string, value: string): Verdict {
  if (met) return { kind: "met", because };
  const [phase] = memberOf(item, "phase");
  return { kind: phase !== undefined && finalPhases.has(phase) && phase !== value ? "impossible" : "not-yet", because };
}

function memberOf(item: unknown, field: string): readonly string[] {
  const value = typeof item === "object" && item !== null ? (item as Readonly<Record<string, unknown>>)[field] : undefined;
  return typeof value === "string" ? [value] : [];
}
