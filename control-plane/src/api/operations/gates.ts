import { DroverError } from "@drover/kit";
import type { DecideGate, RolloutGate } from "@drover/proto/rest";
import type { Caller } from "../../app/access/caller.ts";
import type { GateCommands } from "../../app/gate/decide-gate.ts";
import type { ApiDeps } from "../deps.ts";
import type { Handlers } from "../operation.ts";
import { pageAnswer, pageRequest } from "../page-token.ts";

export function gateOperations({
  reads,
  commands,
}: Pick<ApiDeps, "reads" | "commands">): Handlers<"listRolloutGates" | "approveGate" | "rejectGate" | "overrideGate"> {
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
    approveGate: (request) => after(commands.approveGate, request),
    rejectGate: (request) => after(commands.rejectGate, request),
    overrideGate: (request) => after(commands.overrideGate, request),
  };
}
