import { type FleetProblem, fleetProblemFields } from "@drover/proto/rest";
import type { ListRequest, Page } from "../../../app/page.ts";
import type { Problem } from "../../../domain/release/release.ts";
import type { Db } from "../database.ts";
import { type List, listPage } from "../list.ts";

interface ProblemRow {
  readonly kind: string;
  readonly name: string;
  readonly path: string;
  readonly problem: Problem;
}

/** By the pin where there is one, which is what somebody wrote last. */
const placements = `
  (select 'Placement' as kind, p.environment || '/' || p.application as name, coalesce(pin.path, a.path) as path, p.problem
     from placements p
     join fleet_objects a on a.kind = 'Application' and a.name = p.application
     left join fleet_objects pin on pin.kind = 'Pin' and pin.name = p.environment || '/' || p.application
    where p.problem is not null) o`;

/** Of every application that takes anything from the repository: the file says where it is, and with what credentials. */
const sources = `
  (select 'Source' as kind, a.name || '@' || s.ref as name, a.path, s.problem
     from sources s
     join fleet_objects a on a.kind = 'Application' and a.form -> 'source' ->> 'repository' = s.repository
    where s.problem is not null
      and s.ref in (select coalesce(a.form -> 'source' ->> 'ref', 'main')
                    union all
                    select e.form -> 'source' ->> 'ref' from fleet_objects e where e.kind = 'Environment')) o`;

const problems: List<keyof typeof fleetProblemFields> = {
  name: "fleet-problems-list",
  fields: fleetProblemFields,
  columns: { path: "o.path", kind: "o.kind", name: "o.name", problem: "(o.problem ->> 'code')" },
  select: "o.kind, o.name, o.path, o.problem",
  from: ["fleet_objects o", placements, sources],
  where: "o.problem is not null",
  order: [],
  unique: ["path", "kind", "name"],
};

export const listProblems = (db: Db, request: ListRequest): Promise<Page<FleetProblem>> =>
  listPage(db, problems, request, ({ kind, name, path, problem }: ProblemRow) => ({ kind, name, path, problem }));
