import { createContext, Script } from "node:vm";
import { canonicalJson } from "@drover/kit";
import type { Assignment, HealthRule } from "@drover/proto/wire";
import { noUserRules, type UserRule, type UserRules, type Verdict } from "../../../domain/health/user-rules.ts";
import type { Application } from "../application.ts";
import type { EngineContext } from "../context.ts";
import { KeyedWork } from "../schedule/keyed-work.ts";
import { recheck } from "./recheck.ts";
import type { Tracked } from "../tracked.ts";

/** A rule takes microseconds. One that takes this long is hostile, and holds up everything else the agent does. */
const evaluatedWithinMs = 100;
/** A busy machine may be slow once. */
const mayBeSlow = 3;

/** For a list of each kind that the rules speak of. */
const requestsAtOnce = 2;

/** Puts the assignment's rules in force. Objects of their kinds are read anew: what is known of them was said by the rules before. */
export async function useHealthRules(application: Application, { syncPolicy }: Assignment, context: EngineContext): Promise<void> {
  const before = application.userRules;
  const rules = syncPolicy.healthRules ?? [];
  if (canonicalJson(rules) === before.source) return;
  application.userRules = await loadHealthRules(rules);
  const kinds = new Set([...before.rules, ...application.userRules.rules].map(({ group, kind }) => `${group}/${kind}`));
  const isAffected = ({ id }: Tracked): boolean => kinds.has(`${id.group}/${id.kind}`);
  try {
    await recheck(application, isAffected, context, new KeyedWork(requestsAtOnce), context.signal);
  } catch (thrown) {
    application.userRules = before; // so that the next run tries again
    throw thrown;
  }
}

/** Makes users' rules ready. CEL is loaded when the first application has some: most agents never pay for it. */
export async function loadHealthRules(rules: readonly HealthRule[]): Promise<UserRules> {
  if (rules.length === 0) return noUserRules;
  const { compileHealthRule } = await import("@drover/proto/health-rule");
  const limited = createLimit();
  const made = rules.map((rule): UserRule => {
    const compiled = compileHealthRule(rule);
    const { group, kind } = rule;
    if ("problems" in compiled) {
      const problem = compiled.problems.map(({ field, problem: what }) => `${field}: ${what}`).join("; ");
      return { group, kind, judge: () => ({ kind: "invalid", problem }) };
    }
    return { group, kind, judge: (variables) => limited(() => compiled.judge(variables)) };
  });
  return { source: canonicalJson(rules), rules: made };
}

/**
 * Runs evaluations within their time, whatever they do: a regular expression can be exponential, and nothing of ours runs while it does.
 * The engine's own watchdog ends it, which the context is for; it is no protection against anything else. After a third slow
 * evaluation the application's rules are not evaluated any more.
 */
function createLimit(): (judge: () => Verdict) => Verdict {
  const context = createContext({ judge: undefined }) as { judge: (() => Verdict) | undefined };
  const script = new Script("judge()");
  let slow = 0;
  return (judge) => {
    if (slow >= mayBeSlow) return tooSlow;
    context.judge = judge;
    try {
      return script.runInContext(context, { timeout: evaluatedWithinMs }) as Verdict;
    } catch (thrown) {
      if ((thrown as { readonly code?: string }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw thrown;
      slow += 1;
      return tooSlow;
    } finally {
      context.judge = undefined;
    }
  };
}

const tooSlow: Verdict = { kind: "invalid", problem: `evaluating it takes longer than ${evaluatedWithinMs} ms` };
