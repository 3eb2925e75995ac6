import { DroverError, type Instant } from "@drover/kit";
import { type Approval, judgeApprovals } from "../../domain/gate/judge-approvals.ts";
import { judgeApprover } from "../../domain/gate/judge-approver.ts";
import { chooseGate } from "../../domain/gate/choose-gate.ts";
import type { GateNews } from "../../domain/gate/verdict.ts";
import { isActive } from "../../domain/rollout/phase.ts";
import type { RecordAudit } from "../access/audit.ts";
import { authoriseIn } from "../access/authorise.ts";
import type { Caller } from "../access/caller.ts";
import type { GateSnapshot } from "./gate-snapshot.ts";

export interface GateRequest {
  readonly gate: string;
  /** Where several waves have a gate of this name. */
  readonly wave?: string | undefined;
  readonly reason: string;
}

/**
 * PostgreSQL implements this in adapters/pg. Each write is one transaction with its audit row, transitions and events, and throws `stale`
 * GATE_CHANGED when the run is no longer as the snapshot has it.
 */
export interface GateDecisions {
  /** Every gate of the rollout that was opened. Throws ROLLOUT_NOT_FOUND. */
  opened(rolloutId: string): Promise<readonly GateSnapshot[]>;
  decide(snapshot: GateSnapshot, approval: Approval, news: GateNews, caller: Caller): Promise<void>;
  override(snapshot: GateSnapshot, reason: string, caller: Caller): Promise<void>;
}

/** Each answers the id of the gate's run. */
export interface GateCommands {
  approveGate(caller: Caller, rolloutId: string, request: GateRequest): Promise<string>;
  rejectGate(caller: Caller, rolloutId: string, request: GateRequest): Promise<string>;
  overrideGate(caller: Caller, rolloutId: string, request: GateRequest): Promise<string>;
}

interface DecideDeps {
  readonly gates: GateDecisions;
  readonly clock: { now(): Instant };
  readonly recordAudit: RecordAudit;
}

/** Measurements and other people move a gate; a person's word gets through between them. */
const maxAttempts = 10;

type Verb = "approve" | "reject" | "override";

/** What people say of gates. Each authorises for the rollout's own environment, which only the rollout tells. */
export function createGateCommands({ gates, clock, recordAudit }: DecideDeps): GateCommands {
  const carryOut = async (verb: Verb, caller: Caller, rolloutId: string, request: GateRequest): Promise<string> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const run = chosen(verb, await gates.opened(rolloutId), request);
        authoriseIn(caller, verb === "override" ? "overrides" : "approves", run.environment);
        await (verb === "override" ? override(run) : decide(run, verb));
        return run.runId;
      } catch (error) {
        if (attempt === maxAttempts || !(error instanceof DroverError && error.code === "GATE_CHANGED")) throw error;
      }
    }

    async function decide(run: GateSnapshot, decision: "approve" | "reject"): Promise<void> {
      const { check, timeoutMs } = run.gate;
      if (check.kind !== "Approval")
        throw refused(verb, run, "GATE_NOT_APPROVAL", `it is of type ${check.kind}, which measures for itself`);
      requireUndecided(verb, run);
      const ruling = judgeApprover(caller, decision, { approvers: check.approvers, initiator: run.initiator });
      if (ruling.kind === "refused") throw refused(verb, run, ruling.code, ruling.message, "forbidden");
      if (decision === "approve" && run.approvals.some(({ subject }) => subject === caller.actor))
        throw refused(verb, run, "GATE_APPROVED_ALREADY", `${caller.actor} has approved it already, and counts once`, "exists");
      const approval: Approval = { subject: caller.actor, role: caller.role, decision, reason: request.reason, at: clock.now() };
      const { required } = check;
      const verdict = judgeApprovals({ required, timeoutMs, openedAt: run.openedAt }, [...run.approvals, approval], approval.at);
      await gates.decide(run, approval, verdict, caller);
    }

    async function override(run: GateSnapshot): Promise<void> {
      if (run.state === "Passed") return;
      if (!isActive(run.phase)) throw refused(verb, run, "GATE_NOT_OPEN", `its rollout is ${run.phase}`);
      await gates.override(run, request.reason, caller);
    }
  };

  const recorded =
    (verb: Verb) =>
    async (caller: Caller, rolloutId: string, request: GateRequest): Promise<string> => {
      try {
        return await carryOut(verb, caller, rolloutId, request);
      } catch (error) {
        if (error instanceof DroverError && error.kind === "forbidden") {
          const { actor, requestId } = caller;
          const details = { gate: request.gate, code: error.code, reason: request.reason };
          await recordAudit({ actor, action: `gate.${verb}`, object: `rollouts/${rolloutId}`, result: "refused", requestId, details });
        }
        throw error;
      }
    };
  return { approveGate: recorded("approve"), rejectGate: recorded("reject"), overrideGate: recorded("override") };
}

function chosen(verb: Verb, runs: readonly GateSnapshot[], { gate, wave }: GateRequest): GateSnapshot {
  const choice = chooseGate(runs, gate, wave);
  if (choice.kind === "found") return choice.run;
  const kind = choice.code === "GATE_NOT_FOUND" ? "not-found" : "invalid";
  throw new DroverError(kind, choice.code, `${verb} gate ${gate}: ${choice.message}`);
}

function requireUndecided(verb: Verb, run: GateSnapshot): void {
  if (!isActive(run.phase)) throw refused(verb, run, "GATE_NOT_OPEN", `its rollout is ${run.phase}`);
  if (run.state !== "Open") throw refused(verb, run, "GATE_NOT_OPEN", `it has ${run.state.toLowerCase()}`);
}

const refused = (
  verb: Verb,
  { place, waveName }: GateSnapshot,
  code: string,
  message: string,
  kind: "wrong-state" | "forbidden" | "exists" = "wrong-state",
): DroverError => new DroverError(kind, code, `${verb} gate ${place.gate} of wave ${waveName}: ${message}`);
