import { type Fault, isEventFault } from "./fault.ts";
import { type KubeCall, type Verb, writes } from "./kube-call.ts";

export interface Matcher {
  readonly verb?: Verb | readonly Verb[] | "write";
  readonly group?: string;
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string | RegExp;
  readonly isDryRun?: boolean;
  /** What the rest cannot say. */
  readonly where?: (call: KubeCall) => boolean;
}

export interface Rule {
  readonly when: Matcher;
  /** The fault begins with the n-th match, the first unless said otherwise. */
  readonly nth?: number;
  /** And happens so often: once where `nth` is given, for ever otherwise. */
  readonly times?: number;
  readonly fault: Fault;
}

/** A rule in force. */
export interface ActiveRule extends Rule {
  readonly matched: number;
  readonly fired: number;
  remove(): void;
}

export function isMatch({ verb, group, resource, namespace, name, isDryRun, where }: Matcher, call: KubeCall): boolean {
  return (
    isVerb(verb, call.verb) &&
    (group === undefined || group === call.group) &&
    (resource === undefined || resource === call.resource) &&
    (namespace === undefined || namespace === call.namespace) &&
    (isDryRun === undefined || isDryRun === call.isDryRun) &&
    (name === undefined || (name instanceof RegExp ? name.test(call.name ?? "") : name === call.name)) &&
    (where === undefined || where(call))
  );
}

function isVerb(wanted: Matcher["verb"], verb: Verb): boolean {
  if (wanted === undefined) return true;
  if (wanted === "write") return writes.has(verb);
  return typeof wanted === "string" ? wanted === verb : wanted.includes(verb);
}

/** The rules in force, in the order in which they were added. The first that applies decides. */
export class Rules {
  readonly #rules = new Set<Counted>();

  add(rule: Rule): ActiveRule {
    const counted: Counted = { ...rule, matched: 0, fired: 0, remove: () => void this.#rules.delete(counted) };
    this.#rules.add(counted);
    return counted;
  }

  clear(): void {
    this.#rules.clear();
  }

  forRequest(call: KubeCall): ActiveRule | undefined {
    return this.#first(call, false);
  }

  forEvent(call: KubeCall): ActiveRule | undefined {
    return this.#first(call, true);
  }

  #first(call: KubeCall, isEvent: boolean): ActiveRule | undefined {
    for (const rule of this.#rules) {
      if (isEventFault(rule.fault) !== isEvent || !isMatch(rule.when, call)) continue;
      rule.matched += 1;
      const times = rule.times ?? (rule.nth === undefined ? Number.POSITIVE_INFINITY : 1);
      if (rule.matched < (rule.nth ?? 1) || rule.fired >= times) continue;
      rule.fired += 1;
      return rule;
    }
    return undefined;
  }
}

interface Counted extends Rule {
  matched: number;
  fired: number;
  remove(): void;
}
