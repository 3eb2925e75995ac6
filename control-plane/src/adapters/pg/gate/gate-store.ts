import { DroverError, rfc3339 } from "@drover/kit";
import type { GateStore } from "../../../app/gate/evaluate-gate.ts";
import type { Database } from "../database.ts";
import { recordEvents } from "../history/event-log.ts";
import { withdrawGateJobs } from "./gate-jobs.ts";
import { holdGate, writeNews } from "./gate-news.ts";
import { loadGates } from "./gate-snapshot.ts";

export const createGateStore = (database: Database): GateStore => ({
  load: async (runId) => (await loadGates(database, { runId }))[0],
  write: (snapshot, news) =>
    database.transaction(async (tx) => {
      await holdGate(tx, snapshot);
      await writeNews(tx, snapshot, news);
    }),
  abandon: (snapshot) =>
    database.transaction(async (tx) => {
      if (snapshot.gate.check.kind === "Job") await withdrawGateJobs(tx, snapshot.runId);
    }),
  record: (snapshot, { n, at, ok, value, message }, news) =>
    database.transaction(async (tx) => {
      const phase = await holdGate(tx, snapshot);
      const { rowCount } = await tx.query({
        name: "gate-measurement-write",
        text: `insert into gate_measurements (run_id, attempt, n, at, ok, value, message) select $1, $2, $3, $4, $5, $6, $7 where $8 = 'Running'
               on conflict do nothing`,
        values: [
          snapshot.runId,
          snapshot.attempt,
          n,
          rfc3339(at),
          ok,
          value?.slice(0, maxValue) ?? null,
          message.slice(0, maxMessage),
          phase,
        ],
      });
      if (rowCount === 0)
        throw new DroverError("stale", "GATE_CHANGED", `write measurement ${n} of gate run ${snapshot.runId}: it counts no longer`);
      // A measurement that failed on one cluster may still be under way on others.
      if (snapshot.gate.check.kind === "Job") await withdrawGateJobs(tx, snapshot.runId);
      await writeNews(tx, snapshot, news);
      const { rolloutId: id, application, environment, place } = snapshot;
      await recordEvents(tx, [
        { kind: "GateMeasured", subject: `rollouts/${id}`, body: { id, application, environment, gate: place.gate, ok } },
      ]);
    }),
});

const maxValue = 200;
const maxMessage = 500;
