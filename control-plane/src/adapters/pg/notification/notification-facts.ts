import type { Labels, LabelSelector } from "@drover/kit";
import { defaultProject } from "@drover/proto/fleet";
import { mentionsOf } from "../../../domain/notification/decide.ts";
import {
  type ClusterFacts,
  type GateFacts,
  gateKey,
  type LoggedEvent,
  type NotificationFacts,
  type RolloutFacts,
} from "../../../domain/notification/facts.ts";
import type { Db } from "../database.ts";

/** What the events speak of, in a handful of statements whatever their number. */
export async function loadFacts(db: Db, events: readonly LoggedEvent[]): Promise<NotificationFacts> {
  const mentions = events.map(mentionsOf);
  const named = (pick: (one: (typeof mentions)[number]) => string | undefined): readonly string[] => [
    ...new Set(mentions.map(pick).filter((name) => name !== undefined)),
  ];
  const ids = named(({ rollout }) => rollout);
  const rollouts = await loadRollouts(db, ids);
  const applications = [...new Set([...named(({ application }) => application), ...rollouts.map(({ application }) => application)])];
  return {
    rollouts: new Map(rollouts.map((rollout) => [rollout.id, rollout])),
    gates: await loadGates(db, ids),
    projects: await loadProjects(db, applications),
    ...(await loadClusters(
      db,
      named(({ cluster }) => cluster),
    )),
  };
}

const maxFailedNames = 10;

async function loadRollouts(db: Db, ids: readonly string[]): Promise<readonly RolloutFacts[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.query<
    Omit<RolloutFacts, "previousRevision" | "rollsBack"> & { readonly previous: string | null; readonly rolls_back: string | null }
  >({
    name: "notification-rollouts",
    text: `select r.id, r.application, r.environment, r.kind, r.revision, r.previous_revision as previous, r.actor, r.reason, r.rolls_back,
                  coalesce((select jsonb_object_agg(state, n) from (select state, count(*) as n from rollout_targets
                                                                     where rollout_id = r.id group by state) t), '{}') as targets,
                  array(select c.name from rollout_targets t join clusters c on c.id = t.cluster_id
                         where t.rollout_id = r.id and t.state = 'failed' order by t.failed_at, c.name limit $2) as failed
             from rollouts r where r.id = any($1::text[])`,
    values: [ids, maxFailedNames],
  });
  return rows.map(({ previous, rolls_back, ...row }) => ({
    ...row,
    previousRevision: previous ?? undefined,
    rollsBack: rolls_back ?? undefined,
  }));
}

interface GateRow extends GateFacts {
  readonly rollout_id: string;
  readonly side: string;
  readonly wave_name: string;
  readonly gate: string;
  readonly [column: string]: unknown;
}

async function loadGates(db: Db, rollouts: readonly string[]): Promise<ReadonlyMap<string, GateFacts>> {
  if (rollouts.length === 0) return new Map();
  const { rows } = await db.query<GateRow>({
    name: "notification-gates",
    text: `select g.rollout_id, g.side, g.gate, g.id as run, g.attempt, w.wave ->> 'name' as wave_name, one.form -> 'check' ->> 'kind' as type,
                  coalesce((one.form -> 'check' ->> 'required')::int, 1) as "requiredApprovals"
             from gate_runs g join rollouts r on r.id = g.rollout_id
             cross join lateral (select r.strategy -> 'waves' -> g.wave as wave) w
             cross join lateral (select form from jsonb_array_elements(w.wave -> 'gates' -> g.side) form where form ->> 'name' = g.gate) one
            where g.rollout_id = any($1::text[]) and g.state = 'Open'`,
    values: [rollouts],
  });
  return new Map(
    rows.map(({ rollout_id, side, wave_name, gate, run, attempt, type, requiredApprovals }) => [
      gateKey(rollout_id, side, wave_name, gate),
      { run, attempt, type, requiredApprovals },
    ]),
  );
}

async function loadProjects(db: Db, applications: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (applications.length === 0) return new Map();
  const { rows } = await db.query<{ name: string; project: string }>({
    name: "notification-projects",
    text: `select name, coalesce(form ->> 'project', '${defaultProject}') as project
             from fleet_objects where kind = 'Application' and form is not null and name = any($1::text[])`,
    values: [applications],
  });
  return new Map(rows.map(({ name, project }) => [name, project]));
}

async function loadClusters(db: Db, ids: readonly string[]): Promise<Pick<NotificationFacts, "clusters" | "environments">> {
  if (ids.length === 0) return { clusters: new Map(), environments: [] };
  const { rows } = await db.query<{ id: string; name: string; project: string; labels: Labels | null }>({
    name: "notification-clusters",
    text: `select c.id, c.name, coalesce(f.form ->> 'project', '${defaultProject}') as project, f.form -> 'labels' as labels
             from clusters c left join fleet_objects f on f.kind = 'Cluster' and f.name = c.name and f.form is not null
            where c.id = any($1::text[])`,
    values: [ids],
  });
  const { rows: environments } = await db.query<{ name: string; clusterSelector: LabelSelector }>({
    name: "notification-environments",
    text: `select name, form -> 'clusterSelector' as "clusterSelector" from fleet_objects where kind = 'Environment' and form is not null`,
  });
  const clusters = rows.map(({ id, labels, ...row }): [string, ClusterFacts] => [id, { ...row, labels: labels ?? {} }]);
  return { clusters: new Map(clusters), environments };
}
