import { type KubeCall, type Verb, writes } from "./kube-call.ts";

/** What happens to a request, or to one event of a watch, instead of what the API server says. */
export type Fault =
  /** The API server refuses, with a proper Status object. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly reason?: string;
      readonly message?: string;
      readonly retryAfterSeconds?: number;
    }
  /** No answer, ever. */
  | { readonly kind: "hang" }
  /** The connection ends before the API server hears of the request. */
  | { readonly kind: "refuse" }
  /** The connection ends when this much of the answer's body is through. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** The list ends after so many items and says that it is complete. */
  | { readonly kind: "truncate-list"; readonly items: number }
  /** The first list is let through and remembered, every later one gets the same answer. */
  | { readonly kind: "stale-list" }
  /** The watch is accepted and then says nothing. */
  | { readonly kind: "silent-watch" }
  /** `stale`: the group is marked so, as for an APIService that is down; `503`: a server that does not aggregate discovery. */
  | { readonly kind: "partial-discovery"; readonly group: string; readonly style: "stale" | "503" }
  /** Called instead of passing the request on. The client gets no answer. */
  | { readonly kind: "crash-before"; readonly crash: () => unknown }
  /** Called when the API server has answered. The client gets no answer. */
  | { readonly kind: "crash-after"; readonly crash: () => unknown }
  | { readonly kind: "delay"; readonly ms: number }
  | EventFault;

/** These meet each event of watches that are open already, so their rule's matcher speaks of the event's object. */
export type EventFault =
  | { readonly kind: "drop-event" }
  /** The history is gone: an ERROR event with code 410, then the end of the stream. */
  | { readonly kind: "gone-event" };

export interface Matcher {
  readonly verb?: Verb | readonly Verb[] | "write";
  readonly group?: string;
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string | RegExp;
  readonly isDryRun?: boolean;
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

export function isMatch({ verb, group, resource, namespace, name, isDryRun }: Matcher, call: KubeCall): boolean {
  return (
    isVerb(verb, call.verb) &&
    (group === undefined || group === call.group) &&
    (resource === undefined || resource === call.resource) &&
    (namespace === undefined || namespace === call.namespace) &&
    (isDryRun === undefined || isDryRun === call.isDryRun) &&
    (name === undefined || (name instanceof RegExp ? name.test(call.name ?? "") : name === call.name))
  );
}

function isVerb(wanted: Matcher["verb"], verb: Verb): boolean {
  if (wanted === undefined) return true;
  if (wanted === "write") return writes.has(verb);
  return typeof wanted === "string" ? wanted === verb : wanted.includes(verb);
}

const isEventFault = ({ kind }: Fault): boolean => kind === "drop-event" || kind === "gone-event";

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
    return this.#first(call, (fault) => !isEventFault(fault));
  }

  forEvent(call: KubeCall): ActiveRule | undefined {
    return this.#first(call, isEventFault);
  }

  #first(call: KubeCall, isOfKind: (fault: Fault) => boolean): ActiveRule | undefined {
    for (const rule of this.#rules) {
      if (!isOfKind(rule.fault) || !isMatch(rule.when, call)) continue;
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
