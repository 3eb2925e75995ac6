import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import { defaultProject, fleetName } from "@drover/proto/fleet";
import {
  type Application,
  applicationFields,
  type EditedKind,
  type Environment,
  environmentFields,
  fleetFileFields,
  type FleetSettings,
  type Freeze,
  type Project,
  type Strategy,
} from "@drover/proto/rest";
import { unfiltered } from "../../../app/page.ts";
import type { FleetReads } from "../../../app/read-models.ts";
import { notFoundCodes } from "../../../domain/fleet/object-edit.ts";
import type { Problem } from "../../../domain/release/release.ts";
import { clusterState } from "../cluster/cluster-state-sql.ts";
import type { Db } from "../database.ts";
import { type List, listPage } from "../list.ts";
import { getPlacement, listPlacements } from "../placement/placement-reads.ts";
import { isFiled } from "./filed.ts";
import { listProblems } from "./problem-reads.ts";
import { labelsMatch } from "../selector-sql.ts";

interface ObjectRow<Form> {
  readonly name: string;
  readonly path: string;
  readonly form: Form;
  readonly problem: Problem | null;
  readonly commit: string;
  readonly version: number;
  readonly created_at: Instant;
  readonly updated_at: Instant;
}

interface EnvironmentRow extends ObjectRow<Environment["spec"]> {
  readonly clusters: Environment["clusters"];
  readonly applications: readonly string[];
}

const inGitColumns = {
  name: "o.name",
  path: "o.path",
  commit: "o.commit",
  version: "o.version",
  createdAt: "o.created_at",
  updatedAt: "o.updated_at",
  problem: "(o.problem ->> 'code')",
} as const;

const columns = "o.name, o.path, o.form, o.problem, o.commit, o.version, o.created_at, o.updated_at";

const applications: List<keyof typeof applicationFields> = {
  name: "applications-list",
  fields: applicationFields,
  columns: { ...inGitColumns, project: `coalesce(o.form ->> 'project', '${defaultProject}')` },
  select: columns,
  from: "fleet_objects o",
  where: "o.kind = 'Application' and o.form is not null",
  order: [],
  unique: ["name"],
};

/** Objects of a kind whose answer is their file. */
const filesOf = (kind: EditedKind): List<keyof typeof fleetFileFields> => ({
  name: "fleet-objects-list",
  fields: fleetFileFields,
  columns: inGitColumns,
  select: columns,
  from: "fleet_objects o",
  where: "o.kind = $1 and o.form is not null",
  values: [kind],
  order: [],
  unique: ["name"],
});

const placedIn = `array(select p.application from placements p
                        where p.environment = o.name and (p.revision is not null or p.problem is not null) order by 1)`;

const selectedClusters = `(
  select jsonb_build_object('total', count(*), 'connected', count(*) filter (where ${clusterState("c", "r")} = 'Connected'))
    from fleet_objects f
    left join clusters c on c.id = f.form ->> 'id'
    left join cluster_reports r on r.cluster_id = c.id
   where f.kind = 'Cluster' and f.form is not null and ${labelsMatch("(f.form -> 'labels')", "(o.form -> 'clusterSelector')")})`;

const environments: List<keyof typeof environmentFields> = {
  name: "environments-list",
  fields: environmentFields,
  columns: { ...inGitColumns, applications: placedIn },
  select: `${columns}, ${selectedClusters} as clusters, ${placedIn} as applications`,
  from: "fleet_objects o",
  where: "o.kind = 'Environment' and o.form is not null",
  order: [],
  unique: ["name"],
};

export const createFleetReads = (db: Db): FleetReads => ({
  listApplications: (request) => listPage(db, applications, request, shownApplication),
  getApplication: (name) => getApplication(db, name),
  listEnvironments: (request) => listPage(db, environments, request, shownEnvironment),
  async getEnvironment(name) {
    const { items } = await listPage(
      db,
      environments,
      { ...unfiltered({ size: 1, after: undefined }), only: { name: [name] } },
      shownEnvironment,
    );
    if (items[0] === undefined) throw await unknown(db, "Environment", name);
    return items[0];
  },
  listStrategies: (request) => listPage(db, filesOf("Strategy"), request, (row: ObjectRow<Strategy["spec"]>) => shownObject(row)),
  getStrategy: async (name) => shownObject(await getObject<Strategy["spec"]>(db, "Strategy", name)),
  listProjects: (request) => listPage(db, filesOf("Project"), request, (row: ObjectRow<Project["spec"]>) => shownObject(row)),
  getProject: async (name) => shownObject(await getObject<Project["spec"]>(db, "Project", name)),
  listFreezes: (request) => listPage(db, filesOf("Freeze"), request, (row: ObjectRow<Freeze["spec"]>) => shownObject(row)),
  getFreeze: async (name) => shownObject(await getObject<Freeze["spec"]>(db, "Freeze", name)),
  async getSettings() {
    const row = await getObject<FleetSettings["spec"]>(db, "Fleet", fleetName);
    return { spec: row.form, ...inGit(row) };
  },
  listPlacements: (request) => listPlacements(db, request),
  getPlacement: async (environment, application) => {
    const found = await getPlacement(db, environment, application);
    if (found !== undefined) return found;
    await getApplication(db, application);
    throw await unknown(db, "Environment", environment);
  },
  listProblems: (request) => listProblems(db, request),
});

async function getObject<Form>(db: Db, kind: EditedKind, name: string): Promise<ObjectRow<Form>> {
  const { rows } = await db.query<ObjectRow<Form>>({
    name: "fleet-objects-get",
    text: `select ${columns} from fleet_objects o where o.kind = $1 and o.form is not null and o.name = $2`,
    values: [kind, name],
  });
  if (rows[0] === undefined) throw await unknown(db, kind, name);
  return rows[0];
}

const getApplication = async (db: Db, name: string): Promise<Application> =>
  shownApplication(await getObject<Application["spec"]>(db, "Application", name));

const inGit = ({ path, commit, version, created_at, updated_at, problem }: ObjectRow<unknown>) => ({
  path,
  commit,
  version,
  createdAt: rfc3339(created_at),
  updatedAt: rfc3339(updated_at),
  ...(problem === null ? {} : { problem }),
});

const shownObject = <Form>(row: ObjectRow<Form>) => ({ name: row.name, spec: row.form, ...inGit(row) });

const shownApplication = (row: ObjectRow<Application["spec"]>): Application => ({
  name: row.name,
  project: row.form.project ?? defaultProject,
  spec: row.form,
  ...inGit(row),
});

const shownEnvironment = (row: EnvironmentRow): Environment => ({
  name: row.name,
  spec: row.form,
  clusters: row.clusters,
  applications: [...row.applications],
  ...inGit(row),
});

async function unknown(db: Db, kind: EditedKind, name: string): Promise<DroverError> {
  const filed = await isFiled(db, kind, name);
  const hint = filed.kind === "none" && filed.nearest !== undefined ? `; did you mean ${filed.nearest}?` : "";
  const message = `${kind.toLowerCase()} ${name}: the fleet repository has none with this name${hint}`;
  return new DroverError("not-found", notFoundCodes[kind], message);
}
