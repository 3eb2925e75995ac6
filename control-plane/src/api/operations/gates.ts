import { DroverError } from "@drover/kit";
import type { DecideGate, RolloutGate } from "@drover/proto/rest";
import type { Caller } from "../../app/access/caller.ts";
import type { GateCommands } from "../../app/gate/decide-gate.ts";
import { chooseGate } from "../../domain/gate/choose-gate.ts";
import type { ApiDeps } from "../deps.ts";
import type { Handlers } from "../operation.ts";
import { pageAnswer, pageRequest } from "../page-token.ts";

export function gateOperations({
  reads,
  commands,
}: Pick<ApiDeps, "reads" | "commands">): Handlers<"listRolloutGates" | "getRolloutGate" | "approveGate" | "rejectGate" | "overrideGate"> {
  /** Does it and answers the gate as it then is. */
  const after = async (
    command: GateCommands["approveGate"],
    { caller, params, body }: { caller: Caller; params: { rollout: string; gate: string }; body: DecideGate },
  ): Promise<RolloutGate> => {
    const { rollout, gate } = params;
    const runId = await command(caller, rollout, { gate, ...body });
    const found = await reads.gates.get(runId);
    if (found === undefined) throw new DroverError("not-found", "GATE_NOT_FOUND", `gate ${gate} of rollout ${rollout}: it is gone`);
    return found;
  };

  return {
    listRolloutGates: async (request) => pageAnswer(request, await reads.gates.list(request.params.rollout, pageRequest(request))),
    async getRolloutGate({ params, query }) {
      const runs = (await reads.gates.named(params.rollout, params.gate)).map((shown) => ({
        place: { wave: 0, gate: shown.gate },
        waveName: shown.wave,
        state: shown.state,
        shown,
      }));
      const choice = chooseGate(runs, params.gate, query.wave);
      if (choice.kind === "found") return choice.run.shown;
      const kind = choice.code === "GATE_NOT_FOUND" ? "not-found" : "invalid";
      throw new DroverError(kind, choice.code, `get gate ${params.gate} of rollout ${params.rollout}: ${choice.message}`);
    },
    approveGate: (request) => after(commands.approveGate, request),
    rejectGate: (request) => after(commands.rejectGate, request),
    overrideGate: (request) => after(commands.overrideGate, request),
  };
}
