import { DroverError, type Instant, rfc3339 } from "@drover/kit";
import { defaultProject } from "@drover/proto/fleet";
import type { Application, EditedKind, Environment, FleetProblem, Freeze, Project, Strategy } from "@drover/proto/rest";
import { type Page, type PageRequest, pageOf } from "../../../app/page.ts";
import type { FleetReads } from "../../../app/read-models.ts";
import { notFoundCodes } from "../../../domain/fleet/object-edit.ts";
import type { Problem } from "../../../domain/release/release.ts";
import { clusterState } from "../cluster/cluster-state-sql.ts";
import type { Db } from "../database.ts";
import { getPlacement, listPlacements } from "../placement/placement-reads.ts";
import { labelsMatch } from "../selector-sql.ts";

interface ObjectRow<Form> {
  readonly name: string;
  readonly path: string;
  readonly form: Form;
  readonly problem: Problem | null;
  readonly commit: string;
  readonly version: number;
  readonly updated_at: Instant;
}

interface EnvironmentRow extends ObjectRow<Environment["spec"]> {
  readonly clusters: number;
  readonly connected: number;
  readonly applications: readonly string[];
}

export const createFleetReads = (db: Db): FleetReads => ({
  listApplications: async (page) => shownPage(await listObjects<Application["spec"]>(db, "Application", page), shownApplication),
  getApplication: (name) => getApplication(db, name),
  listEnvironments: (page) => listEnvironments(db, undefined, page),
  async getEnvironment(name) {
    const { items } = await listEnvironments(db, name, { size: 1, after: undefined });
    if (items[0] === undefined) throw notFound("ENVIRONMENT_NOT_FOUND", "environment", name);
    return items[0];
  },
  listStrategies: async (page) => shownPage(await listObjects<Strategy["spec"]>(db, "Strategy", page), shownObject),
  getStrategy: async (name) => shownObject(await getObject<Strategy["spec"]>(db, "Strategy", name)),
  listProjects: async (page) => shownPage(await listObjects<Project["spec"]>(db, "Project", page), shownObject),
  getProject: async (name) => shownObject(await getObject<Project["spec"]>(db, "Project", name)),
  listFreezes: async (page) => shownPage(await listObjects<Freeze["spec"]>(db, "Freeze", page), shownObject),
  getFreeze: async (name) => shownObject(await getObject<Freeze["spec"]>(db, "Freeze", name)),
  listPlacements: (of, page) => listPlacements(db, of, page),
  getPlacement: async (environment, application) => {
    const found = await getPlacement(db, environment, application);
    if (found !== undefined) return found;
    await getApplication(db, application);
    throw notFound("ENVIRONMENT_NOT_FOUND", "environment", environment);
  },
  listProblems: (page) => listProblems(db, page),
});

const columns = "o.name, o.path, o.form, o.problem, o.commit, o.version, o.updated_at";

/** Objects of a kind whose answer is their file. */
async function listObjects<Form>(db: Db, kind: EditedKind, { size, after }: PageRequest): Promise<Page<ObjectRow<Form>>> {
  const { rows } = await db.query<ObjectRow<Form>>({
    name: "fleet-objects-list",
    text: `select ${columns} from fleet_objects o
            where o.kind = $1 and o.form is not null and ($2::text is null or o.name > $2) order by o.name limit $3`,
    values: [kind, after?.[0] ?? null, size + 1],
  });
  return pageOf(
    rows,
    size,
    (row) => row,
    ({ name }) => [name],
  );
}

async function getObject<Form>(db: Db, kind: EditedKind, name: string): Promise<ObjectRow<Form>> {
  const { rows } = await db.query<ObjectRow<Form>>({
    name: "fleet-objects-get",
    text: `select ${columns} from fleet_objects o where o.kind = $1 and o.form is not null and o.name = $2`,
    values: [kind, name],
  });
  if (rows[0] === undefined) throw notFound(notFoundCodes[kind], kind.toLowerCase(), name);
  return rows[0];
}

const getApplication = async (db: Db, name: string): Promise<Application> =>
  shownApplication(await getObject<Application["spec"]>(db, "Application", name));

async function listEnvironments(db: Db, name: string | undefined, { size, after }: PageRequest): Promise<Page<Environment>> {
  const { rows } = await db.query<EnvironmentRow>({
    name: "environments-list",
    text: `select ${columns}, m.clusters, m.connected,
                  array(select p.application from placements p
                         where p.environment = o.name and (p.revision is not null or p.problem is not null) order by 1) as applications
             from fleet_objects o
             cross join lateral (
               select count(*) as clusters, count(*) filter (where ${clusterState("c", "r")} = 'Connected') as connected
                 from fleet_objects f
                 left join clusters c on c.id = f.form ->> 'id'
                 left join cluster_reports r on r.cluster_id = c.id
                where f.kind = 'Cluster' and f.form is not null
                  and ${labelsMatch("(f.form -> 'labels')", "(o.form -> 'clusterSelector')")}) m
            where o.kind = 'Environment' and o.form is not null
              and ($1::text is null or o.name > $1) and ($2::text is null or o.name = $2)
            order by o.name limit $3`,
    values: [after?.[0] ?? null, name ?? null, size + 1],
  });
  return pageOf(rows, size, shownEnvironment, (row) => [row.name]);
}

async function listProblems(db: Db, { size, after }: PageRequest): Promise<Page<FleetProblem>> {
  const { rows } = await db.query<{ kind: string; name: string; path: string; problem: Problem }>({
    name: "fleet-problems-list",
    text: `select kind, name, path, problem from fleet_objects
            where problem is not null and ($1::text is null or (path, kind, name) > ($1, $2, $3))
            order by path, kind, name limit $4`,
    values: [after?.[0] ?? null, after?.[1] ?? null, after?.[2] ?? null, size + 1],
  });
  return pageOf(
    rows,
    size,
    (row) => row,
    ({ path, kind, name }) => [path, kind, name],
  );
}

const inGit = ({ path, commit, version, updated_at, problem }: ObjectRow<unknown>) => ({
  path,
  commit,
  version,
  updatedAt: rfc3339(updated_at),
  ...(problem === null ? {} : { problem }),
});

const shownObject = <Form>(row: ObjectRow<Form>) => ({ name: row.name, spec: row.form, ...inGit(row) });

const shownPage = <Row, Item>({ items, next }: Page<Row>, shown: (row: Row) => Item): Page<Item> => ({ items: items.map(shown), next });

const shownApplication = (row: ObjectRow<Application["spec"]>): Application => ({
  name: row.name,
  project: row.form.project ?? defaultProject,
  spec: row.form,
  ...inGit(row),
});

const shownEnvironment = (row: EnvironmentRow): Environment => ({
  name: row.name,
  spec: row.form,
  clusters: { total: row.clusters, connected: row.connected },
  applications: [...row.applications],
  ...inGit(row),
});

const notFound = (code: string, what: string, name: string): DroverError =>
  new DroverError("not-found", code, `${what} ${name}: the fleet repository has none with this name`);
