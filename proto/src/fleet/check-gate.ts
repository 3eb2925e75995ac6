import { formatAge, parseDuration } from "@drover/kit";
import { compileExpression } from "../cel/compile-expression.ts";
import { roleWords } from "../wire/words.ts";
import { checkDuration } from "./check-duration.ts";
import { checkUrl } from "./check-url.ts";
import type { KeyPath } from "./fleet-yaml.ts";
import { gateVariables } from "./gate-variables.ts";
import type { Gate, GateType } from "./gate-schema.ts";
import { nearest } from "./nearest.ts";
import type { ObjectFault } from "./object-fault.ts";

type Key = Exclude<keyof Gate, "name" | "type">;

interface Keys {
  readonly required: readonly Key[];
  readonly optional: readonly Key[];
}

const measured = ["interval", "count", "failureLimit", "timeout"] as const satisfies readonly Key[];

/** Which keys say something to which type. One that says nothing is a mistake: its author believes that it counts. */
const keysOf: Readonly<Record<GateType, Keys>> = {
  Approval: { required: [], optional: ["requiredApprovals", "approvers", "timeout"] },
  Prometheus: { required: ["address", "query", "condition"], optional: ["credentialsRef", ...measured] },
  Http: { required: ["url"], optional: ["condition", "credentialsRef", ...measured] },
  Cel: { required: ["expression"], optional: measured },
  Job: { required: ["job"], optional: ["clusters", ...measured] },
};

/** The longest that one measurement may take: a worker waits for it, but for a Job, whose agent bounds it. People take their time. */
const longestMeasurementMs: Readonly<Partial<Record<GateType, number>>> = {
  Prometheus: 120_000,
  Http: 120_000,
  Cel: 10_000,
  Job: 7 * 86_400_000,
};

export function checkGate(gate: Gate, keys: KeyPath): readonly ObjectFault[] {
  return [
    ...checkKeys(gate, keys),
    ...checkApprovers(gate, keys),
    ...checkTimes(gate, keys),
    ...checkExpressions(gate, keys),
    ...checkUrls(gate, keys),
  ];
}

const wrong = (keys: KeyPath, message: string): ObjectFault => ({ keys, code: "FLEET_GATE_INVALID", message });
const a = (type: GateType): string => `${type === "Approval" || type === "Http" ? "an" : "a"} ${type} gate`;

function checkKeys(gate: Gate, keys: KeyPath): readonly ObjectFault[] {
  const { type } = gate;
  const { required, optional } = keysOf[type];
  const allowed: readonly string[] = [...required, ...optional];
  const foreign = Object.keys(gate).filter((key) => key !== "name" && key !== "type" && !allowed.includes(key));
  return [
    ...required.filter((key) => gate[key] === undefined).map((key) => wrong(keys, `gate ${gate.name}: ${a(type)} needs ${key}`)),
    ...foreign.map((key) =>
      wrong(
        [...keys, key],
        `gate ${gate.name}: ${a(type)} has no ${key}; it takes ${(allowed.length === 0 ? ["nothing else"] : allowed).join(", ")}`,
      ),
    ),
  ];
}

const person = "users/";

/** Refused here, because nobody else may decide: such a gate would hold its rollout until somebody passes over it. */
function checkApprovers({ name, approvers = [], requiredApprovals = 1 }: Gate, keys: KeyPath): readonly ObjectFault[] {
  const roles: readonly string[] = roleWords;
  const unknown = approvers.flatMap((approver, index): readonly ObjectFault[] => {
    if (approver.startsWith(person) || roles.includes(approver)) return [];
    const near = nearest(approver, roles);
    const hint = near === undefined ? `there are ${roles.join(", ")}, and ${person}<subject>` : `did you mean ${near}?`;
    return [wrong([...keys, "approvers", index], `gate ${name}: ${approver} is no role; ${hint}`)];
  });
  const people = new Set(approvers).size;
  const isEnough = people >= requiredApprovals || !approvers.every((approver) => approver.startsWith(person));
  if (approvers.length === 0 || isEnough) return unknown;
  const message = `gate ${name}: it needs ${requiredApprovals} approvals, and its approvers are ${people} ${people === 1 ? "person" : "people"}`;
  return [...unknown, wrong([...keys, "requiredApprovals"], message)];
}

function checkTimes({ type, name, interval, timeout }: Gate, keys: KeyPath): readonly ObjectFault[] {
  const longest = longestMeasurementMs[type];
  const faults: ObjectFault[] = [];
  for (const [key, text] of [["interval", interval] as const, ["timeout", timeout] as const]) {
    if (text === undefined) continue;
    faults.push(...checkDuration(text, [...keys, key]));
    const ms = parseDuration(text);
    if (key === "interval" && ms < 1_000) faults.push(wrong([...keys, key], `gate ${name}: an interval of ${text} is shorter than 1s`));
    if (key === "timeout" && ms === 0) faults.push(wrong([...keys, key], `gate ${name}: a timeout of ${text} is always over`));
    if (key === "timeout" && longest !== undefined && ms > longest)
      faults.push(wrong([...keys, key], `gate ${name}: a measurement of ${a(type)} may take ${formatAge(longest)} at the most`));
  }
  return faults;
}

function checkExpressions(gate: Gate, keys: KeyPath): readonly ObjectFault[] {
  const variables = gateVariables[gate.type];
  const texts = [["condition", gate.condition] as const, ["expression", gate.expression] as const];
  return texts.flatMap(([key, text]) => {
    if (text === undefined || variables.length === 0) return [];
    const compiled = compileExpression(text, variables);
    return "problem" in compiled
      ? [wrong([...keys, key], `gate ${gate.name}: ${compiled.problem}${hint(compiled.problem, variables)}`)]
      : [];
  });
}

/** An unknown name is mistyped, or belongs to another type of gate. */
function hint(problem: string, variables: readonly string[]): string {
  const [, unknown] = /^Unknown variable: (\w+)/.exec(problem) ?? [];
  if (unknown === undefined) return "";
  const near = nearest(unknown, variables);
  return near === undefined ? `; there are ${variables.join(", ")}` : `; did you mean ${near}?`;
}

function checkUrls(gate: Gate, keys: KeyPath): readonly ObjectFault[] {
  const urls = [["address", gate.address] as const, ["url", gate.url] as const];
  return urls.flatMap(([key, text]) => {
    const problem = text === undefined ? undefined : checkUrl(text, "gates");
    return problem === undefined ? [] : [wrong([...keys, key], `gate ${gate.name}: ${problem}`)];
  });
}
