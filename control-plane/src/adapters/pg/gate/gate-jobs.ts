import { type ClusterId, DroverError, type Instant } from "@drover/kit";
import { type Digest, type JobStatus, maxJobsPerEnvelope, readWantedJob, type WantedJob } from "@drover/proto/wire";
import type { AcceptedReport } from "../../../app/agents/ingest-reports.ts";
import type { Db } from "../database.ts";
import { markEnvelopesChanged } from "../report/envelopes.ts";
import { storableJson } from "../storable-json.ts";

/** What a gate's strategy says of its Job. Without a namespace it runs in the application's. */
export interface GateJobSpec extends Omit<WantedJob, "id" | "application" | "generation" | "bundle" | "namespace"> {
  readonly namespace?: string;
}

/** One measurement of a gate: the Jobs of an attempt's nth. */
export interface GateJobRound {
  readonly runId: string;
  readonly attempt: number;
  readonly n: number;
}

/** Where a Job is to run, and the one assignment that it is to judge. */
export interface GateJobPlace {
  readonly cluster: ClusterId;
  readonly generation: number;
  readonly bundle: Digest;
}

/** What became of a round's Job on one cluster. `Wanted`: its agent has not answered. */
export interface GateJobResult {
  readonly cluster: ClusterId;
  readonly clusterName: string;
  readonly state: "Wanted" | "Running" | "Succeeded" | "Failed" | "Refused" | "Withdrawn";
  readonly message: string;
  /** False once the cluster was assigned something else: nobody runs it any more. */
  readonly isCurrent: boolean;
  readonly wantedAt: Instant;
  readonly updatedAt: Instant;
}

/** Of one Job's JSON. Arguments are for a check, not for a program. */
const maxJobBytes = 8 * 1024;
/** Of one envelope's Jobs; the others wait until these are through. */
const maxIssuedBytes = 64 * 1024;

/**
 * Asks the agents of these clusters to run a Job. Asking again changes nothing. Throws GATE_JOB_INVALID for what no agent would accept: it
 * would refuse the whole envelope.
 */
export async function wantGateJobs(
  tx: Db,
  { runId, attempt, n }: GateJobRound,
  application: string,
  places: readonly GateJobPlace[],
  spec: GateJobSpec,
): Promise<void> {
  for (const { generation, bundle } of places)
    readWantedJob({ namespace: "default", ...spec, id: `${runId}-${attempt}-${n}`, application, generation, bundle });
  const text = storableJson(spec);
  if (Buffer.byteLength(text) > maxJobBytes)
    throw new DroverError(
      "invalid",
      "GATE_JOB_INVALID",
      `want job of gate ${runId}: ${Buffer.byteLength(text)} bytes of image, arguments and environment; at most ${maxJobBytes} travel to a cluster`,
    );
  const { rows } = await tx.query<{ cluster_id: ClusterId }>({
    name: "gate-jobs-want",
    text: `insert into gate_jobs (run_id, attempt, n, cluster_id, application, generation, bundle, spec)
           select $1, $2, $3, p.cluster, $4, p.generation, p.bundle, $6::jsonb
             from jsonb_to_recordset($5::jsonb) as p (cluster text, generation bigint, bundle text) order by p.cluster
           on conflict do nothing
           returning cluster_id`,
    values: [runId, attempt, n, application, JSON.stringify(places), text],
  });
  await markEnvelopesChanged(tx, clustersOf(rows));
}

/** Nobody waits for the run any more. What is final stays as it is. */
export async function withdrawGateJobs(tx: Db, runId: string): Promise<void> {
  const { rows } = await tx.query<{ cluster_id: ClusterId }>({
    name: "gate-jobs-withdraw",
    text: `with open as (
             select cluster_id, id from gate_jobs where run_id = $1 and state in ('Wanted','Running') order by cluster_id, id for update)
           update gate_jobs g set state = 'Withdrawn', updated_at = now()
             from open where g.run_id = $1 and g.cluster_id = open.cluster_id and g.id = open.id
           returning g.cluster_id`,
    values: [runId],
  });
  await markEnvelopesChanged(tx, clustersOf(rows));
}

export async function loadGateJobResults(db: Db, { runId, attempt, n }: GateJobRound): Promise<readonly GateJobResult[]> {
  const { rows } = await db.query<{
    cluster_id: ClusterId;
    name: string;
    state: GateJobResult["state"];
    message: string;
    is_current: boolean;
    wanted_at: Instant;
    updated_at: Instant;
  }>({
    name: "gate-jobs-results",
    text: `select g.cluster_id, c.name, g.state, g.message, a.cluster_id is not null as is_current, g.wanted_at, g.updated_at
             from gate_jobs g
             join clusters c on c.id = g.cluster_id
             left join assignments a on ${isAssigned}
            where g.run_id = $1 and g.attempt = $2 and g.n = $3
            order by c.name`,
    values: [runId, attempt, n],
  });
  return rows.map((row) => ({
    cluster: row.cluster_id,
    clusterName: row.name,
    state: row.state,
    message: row.message,
    isCurrent: row.is_current,
    wantedAt: row.wanted_at,
    updatedAt: row.updated_at,
  }));
}

/** What is assigned on these clusters now, where anything is. */
export async function loadGateJobPlaces(db: Db, application: string, clusters: readonly ClusterId[]): Promise<readonly GateJobPlace[]> {
  const { rows } = await db.query<GateJobPlace & Record<string, unknown>>({
    name: "gate-job-places",
    text: `select cluster_id as cluster, generation, bundle from assignments
            where application = $1 and cluster_id = any($2) and state = 'active' order by cluster_id`,
    values: [application, clusters],
  });
  return rows;
}

/** SQL for whether `a` is the assignment that the job `g` is to judge. */
const isAssigned = `a.cluster_id = g.cluster_id and a.application = g.application
  and a.generation = g.generation and a.bundle = g.bundle and a.state = 'active'`;

/** SQL for the jobs that belong into a cluster's envelope, the oldest first; null when there is none. */
export const issuedJobs = (cluster: string): string => `(
  select jsonb_agg(jsonb_build_object('id', j.id, 'application', j.application, 'generation', j.generation,
                                      'bundle', j.bundle, 'namespace', j.namespace) || j.spec
                   order by j.wanted_at, j.id collate "C")
    from (select g.id, g.application, g.generation, g.bundle, a.namespace, g.spec, g.wanted_at, row_number() over line as place,
                 sum(octet_length(g.spec::text)) over line as bytes
            from gate_jobs g join assignments a on ${isAssigned}
           where g.cluster_id = ${cluster} and g.state in ('Wanted','Running')
          window line as (order by g.wanted_at, g.id collate "C")) j
   where j.place <= ${maxJobsPerEnvelope} and j.bytes <= ${maxIssuedBytes})`;

/**
 * Notes what reports say of jobs, each only of its own cluster's; what is final stays as it is. A job that has ended leaves the envelope.
 * Answers the runs that have news.
 */
export async function storeJobStatuses(tx: Db, reports: readonly AcceptedReport[]): Promise<readonly string[]> {
  const told = reports.flatMap(({ report: { cluster, jobs = [] } }) =>
    jobs.map((job): JobStatus & { cluster: string } => ({ ...job, cluster })),
  );
  if (told.length === 0) return [];
  const { rows } = await tx.query<{ run_id: string; cluster_id: ClusterId; ended: boolean }>({
    name: "gate-jobs-store",
    text: `with news as (
             select g.cluster_id, g.id, r.state, r.message
               from json_to_recordset($1::json) as r (cluster text, id text, state text, message text)
               join gate_jobs g on g.cluster_id = r.cluster and g.id = r.id
              where g.state in ('Wanted','Running') and (g.state, g.message) <> (r.state, r.message)
              order by g.cluster_id, g.id for update of g)
           update gate_jobs g set state = news.state, message = news.message, updated_at = now()
             from news where g.cluster_id = news.cluster_id and g.id = news.id
           returning g.run_id, g.cluster_id, g.state <> 'Running' as ended`,
    values: [storableJson(told)],
  });
  await markEnvelopesChanged(tx, clustersOf(rows.filter(({ ended }) => ended)));
  return rows.map(({ run_id }) => run_id);
}

const clustersOf = (rows: readonly { readonly cluster_id: ClusterId }[]): readonly ClusterId[] => rows.map(({ cluster_id }) => cluster_id);
