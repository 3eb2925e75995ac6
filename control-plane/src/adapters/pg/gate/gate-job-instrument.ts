import type { Instant } from "@drover/kit";
import type { GateSnapshot, Measured } from "../../../app/gate/gate-snapshot.ts";
import { judgeJobs } from "../../../domain/gate/judge-jobs.ts";
import type { Database, Db } from "../database.ts";
import { type GateJobPlace, loadGateJobResults, wantGateJobs } from "./gate-jobs.ts";

/** Has a Job gate's measurement run on clusters, and judges what became of it so far. */
export const createJobInstrument =
  ({ database, clock }: { readonly database: Database; readonly clock: { now(): Instant } }) =>
  async (snapshot: GateSnapshot): Promise<Measured> => {
    const { runId, attempt, gate, measurements, application } = snapshot;
    if (gate.check.kind !== "Job") return { kind: "Measured", ok: false, value: undefined, message: "it is no Job" };
    const { job, clusters } = gate.check;
    const spec = { ...job, deadlineSeconds: Math.max(1, Math.ceil((gate.timeoutMs ?? 0) / 1000)) };
    const round = { runId, attempt, n: measurements.length + 1 };
    const known = await loadGateJobResults(database, round);
    if (known.length === 0)
      await database.transaction(async (tx) => wantGateJobs(tx, round, application, await placesOf(tx, snapshot, clusters), spec));
    const results = known.length > 0 ? known : await loadGateJobResults(database, round);
    const verdict = judgeJobs(results, gate.timeoutMs, clock.now());
    return verdict.kind === "Wait" ? verdict : { ...verdict, value: undefined };
  };

/** The first of the wave by name that have what is to be judged; before a wave, those of the nearest wave that has any. */
async function placesOf(tx: Db, { rolloutId, application, place }: GateSnapshot, clusters: number): Promise<readonly GateJobPlace[]> {
  const { rows } = await tx.query<GateJobPlace & Record<string, unknown>>({
    name: `gate-job-clusters-${place.when}`,
    text: `with able as (
             select t.wave, c.name, a.cluster_id as cluster, a.generation, a.bundle
               from rollout_targets t
               join clusters c on c.id = t.cluster_id
               join assignments a on a.cluster_id = t.cluster_id and a.application = $2 and a.state = 'active'
                                 and a.generation = coalesce(t.generation, a.generation)
              where t.rollout_id = $1 and t.state in ('succeeded','unchanged') and t.wave ${place.when === "after" ? "=" : "<"} $3)
           select cluster, generation, bundle from able where wave = (select max(wave) from able) order by name limit $4`,
    values: [rolloutId, application, place.wave, clusters],
  });
  return rows;
}
