import type { Client, NewApiToken, Role, RolloutGate } from "@drover/proto/rest";
import type { Gate, Strategy } from "@drover/proto/fleet";
import { unfiltered } from "../../control-plane/src/app/page.ts";
import type { CallOptions } from "../../control-plane/src/adapters/http/call-checked.ts";
import { recordAudit } from "../../control-plane/src/adapters/pg/access/audit-log.ts";
import { createGateDecisions } from "../../control-plane/src/adapters/pg/gate/gate-decisions.ts";
import { createGateReads } from "../../control-plane/src/adapters/pg/gate/gate-reads.ts";
import { createRolloutControl } from "../../control-plane/src/adapters/pg/rollout/rollout-control.ts";
import { createRolloutReads } from "../../control-plane/src/adapters/pg/rollout/rollout-reads.ts";
import { createWorkQueue } from "../../control-plane/src/adapters/pg/work-queue.ts";
import { createRolloutCommands } from "../../control-plane/src/app/rollout/control-rollout.ts";
import { createGateCommands } from "../../control-plane/src/app/gate/decide-gate.ts";
import { createGateHandler } from "../../control-plane/src/start/gates.ts";
import { startApi } from "./api.ts";
import { type PlacementWorld, placementWorld } from "./placement-world.ts";

export interface GateWorld {
  readonly world: PlacementWorld;
  /** A client of somebody with these grants. */
  readonly as: (subject: string, role?: Role, grants?: Pick<NewApiToken, "approves" | "overrides">) => Promise<Client>;
  /** Evaluates a gate's run as a worker would. */
  readonly evaluate: ReturnType<typeof createGateHandler>;
  /** Everything that is due is done: gates, then what they make of their rollout, until nothing is. */
  readonly work: () => Promise<void>;
  readonly gates: () => Promise<readonly RolloutGate[]>;
}

const noCalls: CallOptions = { egress: { allow: [], privateRanges: "allowed" }, credentialsDir: "/nonexistent" };

/** Two clusters, `a` in the wave `canary` with these gates and `b` after it, on a real database, with the API over HTTP. */
export async function gateWorld(
  gates: { readonly before?: Gate[]; readonly after?: Gate[] },
  { strategy = {}, calls = noCalls }: { readonly strategy?: Partial<Strategy>; readonly calls?: CallOptions } = {},
): Promise<GateWorld> {
  const world = await placementWorld(["a", "b"], {
    Environment: { clusterSelector: { matchLabels: { env: "production" } }, strategy: "waves" },
    Strategy: { waves: [{ name: "canary", clusters: ["a"], gates }], ...strategy },
  });
  const { database } = world;
  const clock = { now: () => world.now() };
  const api = await startApi(
    (deps) => ({
      ...deps,
      reads: { ...deps.reads, rollouts: createRolloutReads(database), gates: createGateReads(database) },
      commands: {
        ...deps.commands,
        ...createRolloutCommands({ control: createRolloutControl(database) }),
        ...createGateCommands({
          gates: createGateDecisions(database),
          clock,
          recordAudit: (entry) => recordAudit(database, entry),
        }),
      },
    }),
    database,
  );
  const evaluate = createGateHandler({ database, calls, clock });
  const reads = createGateReads(database);
  const queue = createWorkQueue(database);
  const work = async (): Promise<void> => {
    for (;;) {
      await world.work();
      const claims = await queue.claim("gate", 10, 60_000);
      if (claims.length === 0) return;
      for (const claim of claims) await queue.settle(claim, await evaluate(claim.key, AbortSignal.timeout(10_000)));
    }
  };
  return {
    world,
    as: async (subject, role = "viewer", grants = {}) => api.client(await api.tokenOf(role, subject, grants)),
    evaluate,
    work,
    gates: async () => (await reads.list("r1", unfiltered({ size: 100, after: undefined }))).items,
  };
}
